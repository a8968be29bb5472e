"""Members merged and parted through identity, as tills and the log see it: the balance at once, the event soon after,
and what was done together undone where it came from."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import pytest
from loyalty.identity.v1 import merge_service_pb2 as merges
from loyalty.identity.v1.merge_service_pb2_grpc import MergeServiceStub
from loyalty.ledger.v1 import events_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import redemption_requests_pb2 as messages
from loyalty.ledger.v1 import shared_movements_pb2 as sharing

from chassis.runtime.channel import connect
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import SANDBOX_LINES
from tests.support.mesh import Till, line, member, moment, open_till

if TYPE_CHECKING:
    from loyalty.identity.v1.merge_service_pb2_grpc import MergeServiceAsyncStub

Desk: TypeAlias = "MergeServiceAsyncStub"

_NUMBERS = itertools.count(1)
_MERGES = merges.DESCRIPTOR.services_by_name["MergeService"]


@pytest.fixture
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, f"merged-{next(_NUMBERS)}") as till:
        till.now = datetime.now(UTC)
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", {SANDBOX_LINES: ""})
        yield till
        assert await till.broken() == []


@pytest.fixture
async def desk(stack: LocalStack, till: Till) -> AsyncIterator[Desk]:
    token = stack.token("desk", programs=[till.program], roles=["HEADQUARTERS_ADMIN"])
    async with connect(stack.peer("identity"), _MERGES, lambda: token) as channel:
        yield MergeServiceStub(channel)


async def merge(desk: Desk, till: Till, survivor: str, absorbed: str) -> None:
    await desk.MergeMembers(
        merges.MergeMembersRequest(
            program_id=till.program,
            request_id=f"merge-{next(_NUMBERS)}",
            survivor=member(survivor),
            absorbed=member(absorbed),
            reason="one shopper",
            decided_by="desk",
        )
    )


async def unmerge(desk: Desk, till: Till, absorbed: str) -> None:
    await desk.UnmergeMember(
        merges.UnmergeMemberRequest(
            program_id=till.program,
            request_id=f"unmerge-{next(_NUMBERS)}",
            absorbed_member_id=absorbed,
            reason="two shoppers",
            decided_by="desk",
        )
    )


async def balance_of(till: Till, buyer: str, root: str, balance: int) -> None:
    """Waits until the wallet is so; what identity said is remembered for a second."""
    async with asyncio.timeout(3):
        while True:
            wallet = (await till.wallet(buyer)).wallet
            if (wallet.root_member_id, wallet.balance) == (root, balance):
                return
            await asyncio.sleep(0.05)


async def links_told(till: Till, count: int) -> list[tuple[str, str, str]]:
    """The events of merges and unmerges, once so many are there."""
    types = {events_pb2.EVENT_TYPE_MEMBERS_MERGED, events_pb2.EVENT_TYPE_MEMBERS_UNMERGED}
    found: list[tuple[str, str, str]] = []
    async with asyncio.timeout(10):
        async for response in till.mesh.ledger.StreamEvents(ledger.StreamEventsRequest(program_id=till.program)):
            event = response.event
            if event.event_type in types:
                name = events_pb2.EventType.Name(event.event_type).removeprefix("EVENT_TYPE_MEMBERS_")
                found.append((name, event.root_member_id, event.subject_id))
                till.reached[event.position.partition] = event.position.position
            if len(found) == count:
                return found
    raise AssertionError(found)


async def test_two_cards_become_one_shopper_and_two_again(till: Till, desk: Desk) -> None:
    ana, bea = await till.enroll("CARD-1"), await till.enroll("CARD-2")
    await till.sell(ana, "s-1", "north-1", [line(1, "NORTH", 10_000)])
    till.now += timedelta(seconds=1)
    await till.sell(bea, "s-2", "north-1", [line(1, "NORTH", 20_000)])
    await merge(desk, till, ana, bea)
    assert await links_told(till, 1) == [("MERGED", ana, bea)]
    # Once the rows were told, nobody spends by what is still remembered.
    spent = await till.redeem(ana, 120, "linden-1", "LINDEN")
    assert (spent.wallet.root_member_id, spent.wallet.balance) == (ana, 180)
    both = await till.redeem(bea, 130, "linden-1", "LINDEN")
    assert (both.wallet.root_member_id, both.wallet.balance) == (ana, 50)
    await balance_of(till, bea, ana, 50)
    await unmerge(desk, till, bea)
    told = await links_told(till, 3)
    assert sorted(told[1:]) == sorted([("UNMERGED", ana, bea), ("UNMERGED", bea, bea)])
    await balance_of(till, ana, ana, 0)
    await balance_of(till, bea, bea, 50)
    shared = await till.mesh.ledger.ListSharedMovements(
        sharing.ListSharedMovementsRequest(program_id=till.program, member=member(bea))
    )
    assert [(one.home_member_id, one.root_member_id, one.points) for one in shared.movements] == [
        (bea, ana, 20),
        (bea, ana, 130),
    ]
    assert [one.redemption_id for one in shared.movements] == [one.redemption.redemption_id for one in (spent, both)]
    for redemption in (spent.redemption, both.redemption):
        answer = await till.mesh.ledger.RestoreRedemption(
            messages.RestoreRedemptionRequest(
                program_id=till.program,
                request_id=f"restore-{next(_NUMBERS)}",
                redemption_id=redemption.redemption_id,
                occur_time=moment(till.now),
            )
        )
        till.reached[answer.position.partition] = answer.position.position
        assert answer.wallet.root_member_id == ana
    await balance_of(till, ana, ana, 100)
    await balance_of(till, bea, bea, 200)
