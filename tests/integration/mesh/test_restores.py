"""Giving points back through the four services: the endings of the worked basket, and what was never answered."""

import itertools
from collections.abc import AsyncIterator

import pytest
from loyalty.ledger.v1 import redemption_requests_pb2 as messages
from loyalty.type.v1 import log_position_pb2

from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.support.mesh import Till, line, member, moment, open_till

_NUMBERS = itertools.count(1)
NOBODY_OWES = {"north": 0, "harbor": 0, "linden": 0, "peak": 0}


@pytest.fixture
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, f"restores-{next(_NUMBERS)}") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        yield till
        assert await till.broken() == []


def saw(till: Till, position: log_position_pb2.LogPosition) -> None:
    """The books are asked for no less than this."""
    till.reached[position.partition] = max(position.position, till.reached.get(position.partition, 0))


async def restore(
    till: Till, redemption_id: str, points: int = 0, request_id: str = "", of: str = ""
) -> messages.RestoreRedemptionResponse:
    """Restores so many points of a redemption (0: all that are left), maybe said to be `of` a member."""
    answer = await till.mesh.ledger.RestoreRedemption(
        messages.RestoreRedemptionRequest(
            program_id=till.program,
            request_id=request_id or f"restore-{next(_NUMBERS)}",
            redemption_id=redemption_id,
            member=member(of) if of else None,
            points=points,
            occur_time=moment(till.now),
        )
    )
    saw(till, answer.position)
    return answer


async def positions(till: Till) -> dict[str, int]:
    """Net positions, entities that never owed anything included."""
    return NOBODY_OWES | await till.net_positions()


async def spent_basket(till: Till) -> tuple[str, str]:
    """The worked basket up to her next order: the member and the Linden purchase."""
    ana = await till.enroll("CARD-ANA")
    basket = [
        line(1, "NORTH", 4000),
        line(2, "HARBOR", 9800),
        line(3, "PEAK", 6000, categories=["activewear"]),
    ]
    await till.sell(ana, "D-1", "mall-1", basket)
    spent = await till.redeem(ana, 300, "linden-1", "LINDEN")
    await till.give_back("R-1", "peak-1", "D-1", {2: None})
    await till.sell(ana, "D-2", "north-1", [line(1, "NORTH", 10000)])
    assert await positions(till) == {"north": -96, "harbor": 0, "peak": -144, "linden": 240}
    return ana, spent.redemption.redemption_id


async def test_the_linden_purchase_comes_back_as_a_whole(till: Till) -> None:
    _, redemption_id = await spent_basket(till)
    answer = await restore(till, redemption_id)
    assert (answer.restored.points, answer.restored.value.minor_units) == (300, 240)
    assert (answer.wallet.balance, answer.wallet.available, answer.wallet.debt) == (320, 320, 0)
    assert await positions(till) == NOBODY_OWES


async def test_half_of_the_linden_purchase_comes_back(till: Till) -> None:
    _, redemption_id = await spent_basket(till)
    answer = await restore(till, redemption_id, 150)
    assert (answer.restored.points, answer.restored.value.minor_units) == (150, 120)
    assert (answer.redemption.restored_points, answer.redemption.restored_value.minor_units) == (150, 120)
    assert (answer.wallet.balance, answer.wallet.debt) == (170, 0)
    assert await positions(till) == {"north": -16, "harbor": 0, "peak": -104, "linden": 120}
    await restore(till, redemption_id)
    assert await positions(till) == NOBODY_OWES


async def test_more_than_is_left_is_refused_with_what_is(till: Till) -> None:
    _, redemption_id = await spent_basket(till)
    await restore(till, redemption_id, 150)
    with pytest.raises(Refusal, match="NOT_RESTORABLE") as refused:
        await restore(till, redemption_id, 151)
    assert refused.value.metadata["left"] == "150"


async def test_a_redemption_whose_answer_was_lost_is_restored_by_its_request_id(till: Till) -> None:
    ana = await till.enroll("CARD-BEA")
    await till.sell(ana, "D-1", "mall-1", [line(1, "NORTH", 4000)])
    await till.redeem(ana, 40, "linden-1", "LINDEN", request_id="lost-answer")
    answer = await by_request(till, ana, "lost-answer")
    assert (answer.restored.points, answer.wallet.balance) == (40, 40)


async def test_a_redemption_that_never_arrived_is_kept_from_arriving(till: Till) -> None:
    ana = await till.enroll("CARD-CLEO")
    await till.sell(ana, "D-1", "mall-1", [line(1, "NORTH", 4000)])
    answer = await by_request(till, ana, "lost-request")
    assert (answer.HasField("restored"), answer.HasField("redemption"), answer.wallet.balance) == (False, False, 40)
    with pytest.raises(Refusal, match="VOIDED_BEFORE"):
        await till.redeem(ana, 40, "linden-1", "LINDEN", request_id="lost-request")
    again = await by_request(till, ana, "lost-request")
    assert again == answer


async def test_the_same_restore_again_gives_the_same_answer_and_no_points(till: Till) -> None:
    _, redemption_id = await spent_basket(till)
    first = await restore(till, redemption_id, 100, request_id="once")
    assert await restore(till, redemption_id, 100, request_id="once") == first
    assert first.redemption.restored_points == 100


async def test_a_refused_restore_stays_refused(till: Till) -> None:
    _, redemption_id = await spent_basket(till)
    for _ in range(2):
        with pytest.raises(Refusal, match="NOT_RESTORABLE"):
            await restore(till, redemption_id, 301, request_id="too-many")


async def test_another_members_redemption_is_not_found(till: Till) -> None:
    _, redemption_id = await spent_basket(till)
    bo = await till.enroll("CARD-BO")
    with pytest.raises(Refusal, match="REDEMPTION_NOT_FOUND"):
        await restore(till, redemption_id, of=bo)


async def test_faults_of_a_request_are_told_together(till: Till) -> None:
    await till.enroll("CARD-EVE")
    request = messages.RestoreRedemptionRequest(program_id=till.program, points=-1, reason="x" * 257)
    with pytest.raises(Refusal, match="MALFORMED") as refused:
        await till.mesh.ledger.RestoreRedemption(request)
    faults = {violation.field for violation in refused.value.violations}
    assert faults == {"target", "request_id", "points", "reason", "occur_time"}


async def test_an_unknown_redemption_is_not_found(till: Till) -> None:
    await till.enroll("CARD-DORA")
    with pytest.raises(Refusal, match="REDEMPTION_NOT_FOUND"):
        await restore(till, "red_unknown")


async def by_request(till: Till, ana: str, original: str) -> messages.RestoreRedemptionResponse:
    """Restores what a request spent, if it ever arrived."""
    answer = await till.mesh.ledger.RestoreRedemption(
        messages.RestoreRedemptionRequest(
            program_id=till.program,
            request_id=f"restore-{next(_NUMBERS)}",
            original_request_id=original,
            member=member(ana),
            occur_time=moment(till.now),
        )
    )
    saw(till, answer.position)
    return answer
