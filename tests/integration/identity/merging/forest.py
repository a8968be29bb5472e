"""Merges and unmerges without a server before them, and an independent model: a forest of sets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import asyncpg

from chassis.runtime.clock import SystemClock
from chassis.runtime.postgres import Database
from chassis.values.ids import bucket_of
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.members import MemberKey, Resolution
from identity_service.domain.merging import Decision, LinkChange, LinkKind, Merge, Unmerge
from identity_service.domain.programs import ProgramDirectory
from identity_service.store.bell import Bell
from identity_service.store.lineages import PostgresLineages, PostgresLinkFeed
from identity_service.store.merges import PostgresLinkRegistry
from identity_service.store.registry import PostgresRegistry
from identity_service.use_cases.get_member_lineage import GetMemberLineage
from identity_service.use_cases.merge_members import MergeMembers, UnmergeMember
from identity_service.use_cases.resolve_members import ResolveMembers

CALLER = Caller("desk", ("HEADQUARTERS_ADMIN",), frozenset({"*"}), "")
DECISION = Decision("the same person at the desk", "Ada Admin")
_NUMBERS = count(1)


@dataclass(frozen=True)
class Forest:
    """The use cases over a pool, and members made by hand."""

    database: Database
    bell: Bell
    merge_members: MergeMembers
    unmerge_member: UnmergeMember
    lineage: GetMemberLineage
    members: PostgresRegistry
    feed: PostgresLinkFeed
    programs: ProgramDirectory
    fingerprints: Fingerprints

    @classmethod
    def over(cls, database: Database) -> "Forest":
        """As one process has them."""
        programs, fingerprints, bell, clock = ProgramDirectory(), Fingerprints(bytes(32)), Bell(), SystemClock()
        for program_id in ("grove", "isle"):
            programs.learn(program_id)
        registry, members = PostgresLinkRegistry(database, bell), PostgresRegistry(database)
        return cls(
            database,
            bell,
            MergeMembers(registry, programs, fingerprints, clock),
            UnmergeMember(registry, programs, fingerprints, clock),
            GetMemberLineage(ResolveMembers(members, programs, fingerprints), PostgresLineages(database)),
            members,
            PostgresLinkFeed(database, bell),
            programs,
            fingerprints,
        )

    async def carry_out(self, intent: Merge | Unmerge, request_id: str) -> tuple[LinkChange, bool]:
        """The change, and whether it was made before."""
        if isinstance(intent, Merge):
            return await self.merge_members(CALLER, request_id, intent)
        return await self.unmerge_member(CALLER, request_id, intent)

    async def plant(self, sql: asyncpg.Connection, number: int, program_id: str = "grove") -> list[str]:
        """New members, each on its own."""
        ids = [f"mem_{next(_NUMBERS)}" for _ in range(number)]
        await sql.executemany(
            "INSERT INTO member (bucket, program_id, member_id, enroll_time, home_location_id)"
            " VALUES ($1, $2, $3, now(), '')",
            [(bucket_of(program_id, member_id), program_id, member_id) for member_id in ids],
        )
        return ids

    async def merge(self, survivor: str, absorbed: str, request_id: str | None = None) -> LinkChange:
        """The merge. Raises what the use case raises."""
        asked = Merge("grove", survivor, absorbed, DECISION)
        return (await self.carry_out(asked, request_id or f"m-{next(_NUMBERS)}"))[0]

    async def unmerge(self, member_id: str, request_id: str | None = None) -> LinkChange:
        """The unmerge. Raises what the use case raises."""
        asked = Unmerge("grove", member_id, DECISION)
        return (await self.carry_out(asked, request_id or f"u-{next(_NUMBERS)}"))[0]

    async def resolve(self, members: Sequence[str]) -> dict[str, Resolution]:
        """Where each leads."""
        keys = [MemberKey.of("grove", member_id) for member_id in members]
        followed = await self.members.follow(keys)
        return {key.member_id: resolution for key, resolution in followed.items()}

    async def changes(self, program_id: str = "grove", after: int = 0) -> list[LinkChange]:
        """The feed."""
        head = (await self.feed.heads()).get(program_id, 0)
        return list(await self.feed.read(program_id, after, head, 100_000))


@dataclass
class Model:
    """What merges and unmerges mean, said as trees of parents: nothing of it is the service's."""

    members: Sequence[str]
    parent: dict[str, str] = field(default_factory=dict)
    history: list[tuple[str, str, str, str]] = field(default_factory=list)

    def root(self, member: str) -> str:
        """Up to the end."""
        while member in self.parent:
            member = self.parent[member]
        return member

    def homes(self, member: str) -> set[str]:
        """Everybody with the same root."""
        return {other for other in self.members if self.root(other) == self.root(member)}

    def merge(self, survivor: str, absorbed: str) -> bool:
        """False if they are one already."""
        above, below = self.root(survivor), self.root(absorbed)
        if above == below:
            return False
        self.parent[below] = above
        self.history.append(("MERGED", below, above, above))
        return True

    def unmerge(self, member: str) -> bool:
        """False if it is a root."""
        if member not in self.parent:
            return False
        root, parent = self.root(member), self.parent.pop(member)
        self.history.append(("UNMERGED", member, parent, root))
        return True

    def replay(self, changes: Sequence[LinkChange]) -> None:
        """The forest that a feed leads to; AssertionError if one of its changes was not possible."""
        for change in changes:
            linked = change.linked
            if linked.kind is LinkKind.MERGED:
                assert not {linked.absorbed, linked.root} & set(self.parent)
                assert self.merge(linked.root, linked.absorbed)
            else:
                assert self.root(linked.absorbed) == linked.root
                assert self.parent[linked.absorbed] == linked.linked
                assert self.unmerge(linked.absorbed)
            assert set(linked.root_homes) == self.homes(linked.root)
            absorbed_below = {member for member in self.members if linked.absorbed in self._path(member)}
            assert set(linked.absorbed_homes) == absorbed_below

    def _path(self, member: str) -> set[str]:
        path = {member}
        while member in self.parent:
            member = self.parent[member]
            path.add(member)
        return path
