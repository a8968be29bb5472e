"""MergeService and DuplicateService as headquarters calls them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from loyalty.identity.v1 import duplicate_service_pb2 as pairs
from loyalty.identity.v1 import merge_service_pb2 as merging
from loyalty.identity.v1.duplicate_pb2 import Duplicate, DuplicateState, MergeRule
from loyalty.identity.v1.duplicate_service_pb2_grpc import DuplicateServiceStub
from loyalty.identity.v1.merge_service_pb2_grpc import MergeServiceStub
from loyalty.type.v1 import member_pb2

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from tests.integration.identity.house import House

if TYPE_CHECKING:
    from loyalty.identity.v1.duplicate_service_pb2_grpc import DuplicateServiceAsyncStub
    from loyalty.identity.v1.merge_service_pb2_grpc import MergeServiceAsyncStub

_MERGING = merging.DESCRIPTOR.services_by_name["MergeService"]
_PAIRS = pairs.DESCRIPTOR.services_by_name["DuplicateService"]
_NUMBERS = count(1)
PATIENCE_SECONDS = 8.0


def ref(member: str | member_pb2.Identifier) -> member_pb2.MemberRef:
    """A member by id or identifier."""
    if isinstance(member, str):
        return member_pb2.MemberRef(member_id=member)
    return member_pb2.MemberRef(identifier=member)


@dataclass(frozen=True)
class Desk:
    """Both services, and requests as a person at headquarters makes them."""

    merges: "MergeServiceAsyncStub"
    duplicates: "DuplicateServiceAsyncStub"
    words: str = ""
    """Why, if it is to be another text than usual."""

    async def merge(
        self, survivor: str | member_pb2.Identifier, absorbed: str | member_pb2.Identifier, request_id: str = ""
    ) -> merging.MergeMembersResponse:
        """A merge."""
        return await self.merges.MergeMembers(
            merging.MergeMembersRequest(
                program_id="grove",
                request_id=request_id or f"desk-{next(_NUMBERS)}",
                survivor=ref(survivor),
                absorbed=ref(absorbed),
                reason=self.words or "came with both cards",
                decided_by="Ada Admin",
                evidence_ref=self.words or "ticket-7",
            )
        )

    async def unmerge(self, member_id: str) -> merging.UnmergeMemberResponse:
        """An unmerge."""
        return await self.merges.UnmergeMember(
            merging.UnmergeMemberRequest(
                program_id="grove",
                request_id=f"desk-{next(_NUMBERS)}",
                absorbed_member_id=member_id,
                reason=self.words or "two persons after all",
                decided_by="Ada Admin",
            )
        )

    async def find(self, member: str) -> pairs.FindDuplicatesResponse:
        """A look at one member."""
        return await self.duplicates.FindDuplicates(
            pairs.FindDuplicatesRequest(program_id="grove", request_id=f"desk-{next(_NUMBERS)}", member=ref(member))
        )

    async def listed(self, member: str, state: "DuplicateState.ValueType") -> list[Duplicate]:
        """The pairs of a member in a state."""
        asked = pairs.ListDuplicatesRequest(program_id="grove", state=state, member=ref(member))
        return list((await self.duplicates.ListDuplicates(asked)).duplicates)

    async def decide(
        self,
        duplicate: Duplicate,
        verdict: "pairs.DuplicateVerdict.ValueType",
        *,
        request_id: str = "",
        survivor: str = "",
    ) -> pairs.DecideDuplicateResponse:
        """A verdict on a pair as it was shown."""
        return await self.duplicates.DecideDuplicate(
            pairs.DecideDuplicateRequest(
                program_id="grove",
                request_id=request_id or f"desk-{next(_NUMBERS)}",
                duplicate_id=duplicate.duplicate_id,
                evidence_version=duplicate.evidence_version,
                verdict=verdict,
                survivor_member_id=survivor,
                reason=self.words or "asked her",
                decided_by="Ada Admin",
            )
        )

    async def set_rule(self, rule: MergeRule, replaced: int, request_id: str = "") -> int:
        """A rule; its version."""
        answer = await self.duplicates.SetMergeRule(
            pairs.SetMergeRuleRequest(
                program_id="grove",
                request_id=request_id or f"desk-{next(_NUMBERS)}",
                rule=rule,
                replaced_version=replaced,
                reason="agreed with the brands",
                decided_by="Ada Admin",
            )
        )
        return answer.version


@asynccontextmanager
async def open_desk(
    house: House,
    *,
    roles: Sequence[str] = ("HEADQUARTERS_ADMIN",),
    programs: Sequence[str] = ("*",),
    words: str = "",
) -> AsyncIterator[Desk]:
    """A desk, over connections of its own."""
    token = house.servers.secrets.mint_token("desk", programs=programs, roles=roles)
    peer = PLAIN.peer(house.address)
    async with connect(peer, _MERGING, lambda: token) as one, connect(peer, _PAIRS, lambda: token) as other:
        yield Desk(MergeServiceStub(one), DuplicateServiceStub(other), words)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Waits for what the worker does by itself."""
    end = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while not await holds():
        assert asyncio.get_running_loop().time() < end, "the worker should have come to it"
        await asyncio.sleep(0.05)
