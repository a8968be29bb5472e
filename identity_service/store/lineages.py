"""The changes of links in PostgreSQL, as a feed and as the past of a member (ports `LinkFeed`, `Lineages`)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from chassis.runtime.postgres import Database, Row
from identity_service.domain.merging import Decision, LinkChange, Linked, LinkKind, Tree, TreeLink
from identity_service.store.bell import Bell
from identity_service.store.statements import SQL

_READ_LINK_HEADS = SQL.read_link_heads
_READ_LINK_CHANGES = SQL.read_link_changes
_READ_POSITION_AT = SQL.read_position_at
_READ_TREE = SQL.read_tree
_READ_HISTORY = SQL.read_history


class PostgresLinkFeed:
    """The feed over a pool."""

    def __init__(self, database: Database, bell: Bell) -> None:
        self._database = database
        self._bell = bell

    async def heads(self) -> Mapping[str, int]:
        return {row["program_id"]: row["position"] for row in await self._database.fetch(_READ_LINK_HEADS)}

    async def read(self, program_id: str, after: int, up_to: int, most: int) -> Sequence[LinkChange]:
        rows = await self._database.fetch(_READ_LINK_CHANGES, program_id, after, up_to, most)
        return [change_of_row(row) for row in rows]

    async def appended(self, timeout_seconds: float) -> None:
        await self._bell.wait(timeout_seconds)


class PostgresLineages:
    """The past over a pool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def position_at(self, program_id: str, moment: datetime | None) -> int:
        return int(await self._database.fetchval(_READ_POSITION_AT, program_id, moment))

    async def tree(self, program_id: str, member_id: str, position: int) -> Tree:
        root, *links = await self._database.fetch(_READ_TREE, program_id, member_id, position)
        return Tree(
            root["member_id"],
            tuple(
                TreeLink(row["member_id"], row["linked_member_id"], row["position"], row["link_time"]) for row in links
            ),
        )

    async def history(self, program_id: str, members: Collection[str], before: int, most: int) -> Sequence[LinkChange]:
        rows = await self._database.fetch(_READ_HISTORY, program_id, list(members), before, most)
        return [change_of_row(row) for row in rows]


def change_of_row(row: Row) -> LinkChange:
    """A change as rows have it."""
    linked = Linked(
        LinkKind(row["kind"]),
        row["absorbed_member_id"],
        row["linked_member_id"],
        row["root_member_id"],
        tuple(row["root_home_member_ids"]),
        tuple(row["absorbed_home_member_ids"]),
        row["merge_seq"],
    )
    decision = Decision(
        row["reason"], row["decided_by"], row["evidence_ref"], row["duplicate_id"], row["merge_rule_version"]
    )
    return LinkChange(
        row["program_id"], row["position"], linked, row["change_time"], decision, row["caller"], row["request_id"]
    )
