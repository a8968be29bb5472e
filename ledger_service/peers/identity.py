"""Identity: where a member reference leads, asked in batches and remembered for at most a second.

The remembered answer is never trusted alone: each command compares its `merge_seq` under the wallet's lock.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import UTC

import grpc
from loyalty.identity.v1 import identity_service_pb2 as messages
from loyalty.identity.v1 import member_pb2
from loyalty.identity.v1.identity_service_pb2_grpc import IdentityServiceStub
from loyalty.type.v1 import member_pb2 as type_member_pb2

from chassis.runtime.batcher import Batcher
from chassis.runtime.item_refusal import refusal_from
from chassis.values.refusal import Code, Refusal
from ledger_service.domain.facts import MonthDay, Profile
from ledger_service.peers.pace import LookupPace
from ledger_service.use_cases.ports import MemberRef, Resolution

REMEMBERED_SECONDS = 1.0
REMEMBERED = 20_000
LARGEST_BATCH = 500

_Question = tuple[str, MemberRef]


class IdentityMembers:
    """See `use_cases.ports.Members`."""

    def __init__(self, channel: grpc.aio.Channel, pace: LookupPace | None = None) -> None:
        self._stub = IdentityServiceStub(channel)
        self._pace = pace
        self._known: dict[_Question, tuple[float, Resolution]] = {}
        """With when it was asked."""
        self._moved: dict[tuple[str, str], float] = {}
        """Homes by program, and when what leads to them was forgotten."""
        self._batcher: Batcher[_Question, Resolution] = Batcher("identity", self._resolve, max_size=LARGEST_BATCH)

    async def resolve(self, program: str, member: MemberRef) -> Resolution:
        """Where the reference leads; identity's refusal if nowhere. Refuses TOO_FREQUENT if the caller has asked about
        too many identifiers."""
        if member.member_id or self._pace is None:
            return await self._led_to(program, member)
        missed = self._pace.begin(program, member)
        try:
            return await self._led_to(program, member)
        except Refusal as refusal:
            if refusal.code is Code.NOT_FOUND:
                self._pace.missed(program, missed)
            raise

    async def _led_to(self, program: str, member: MemberRef) -> Resolution:
        question, now = (program, member), time.monotonic()
        known = self._known.get(question)
        if known is not None and now - known[0] < REMEMBERED_SECONDS and not self._has_moved(program, *known):
            return known[1]
        resolution = await self._batcher.submit(question)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[question] = (now, resolution)
        return resolution

    def forget(self, program: str, homes: Iterable[str]) -> None:
        """Remembers no longer where anything leads that leads to one of these homes, also what was asked before now
        and is not answered yet. Costs the same however much is remembered."""
        now = time.monotonic()
        if len(self._moved) >= REMEMBERED:
            self._moved = {home: moved for home, moved in self._moved.items() if now - moved < REMEMBERED_SECONDS}
        self._moved.update(((program, home), now) for home in homes)

    def _has_moved(self, program: str, asked: float, resolution: Resolution) -> bool:
        """Whether it was forgotten since it was asked."""
        return bool(self._moved) and any(self._moved.get((program, home), -1) >= asked for home in resolution.homes)

    async def _resolve(self, questions: Sequence[_Question]) -> Sequence[Resolution | Exception]:
        queries = [_query(program, member) for program, member in questions]
        response = await self._stub.BatchResolveMembers(messages.BatchResolveMembersRequest(queries=queries))
        return [_resolution(result) for result in response.results]


def _query(program: str, member: MemberRef) -> messages.ResolveMemberRequest:
    if member.member_id:
        ref = type_member_pb2.MemberRef(member_id=member.member_id)
    else:
        kind = type_member_pb2.IdentifierKind.ValueType(member.kind)
        identifier = type_member_pb2.Identifier(kind=kind, value=member.value, region_code=member.region)
        ref = type_member_pb2.MemberRef(identifier=identifier)
    return messages.ResolveMemberRequest(program_id=program, member=ref)


def _resolution(result: messages.BatchResolveMembersResult) -> Resolution | Exception:
    if result.WhichOneof("result") == "refusal":
        return refusal_from(result.refusal)
    found: member_pb2.Resolution = result.resolution
    return Resolution(
        member_id=found.member_id,
        root=found.root_member_id,
        homes=tuple(found.home_member_ids),
        merge_seq=found.merge_seq,
        home_location_id=found.home_location_id,
        profile=Profile(
            member_since=found.enroll_time.ToDatetime(tzinfo=UTC) if found.HasField("enroll_time") else None,
            birthday=MonthDay(found.birthday.month, found.birthday.day) if found.HasField("birthday") else None,
            segments=tuple(found.segments),
        ),
    )
