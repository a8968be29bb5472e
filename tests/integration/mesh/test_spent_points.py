"""Points that were spent before their goods came back, and goods paid with points, through the four services."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from loyalty.ledger.v1 import authorization_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.test_restores import NOBODY_OWES, positions, restore
from tests.support.mesh import Till, line, member, open_till

_NUMBERS = itertools.count(1)

Opener = Callable[[str], Awaitable[Till]]


@pytest.fixture
async def till_with(stack: LocalStack) -> AsyncIterator[Opener]:
    """Opens a till in a worked basket's program with a policy for spent points. All must tie out afterwards."""
    tills: list[Till] = []
    async with AsyncExitStack() as opened:

        async def open_with(spent_points: str) -> Till:
            till = await opened.enter_async_context(open_till(stack, f"spent-{next(_NUMBERS)}"))
            policy = f"  sandbox: true\n  returns: {{spent_points: {spent_points}}}\n"
            await till.apply(PROGRAMS / "worked-basket", "worked-basket", {"  sandbox: true\n": policy})
            tills.append(till)
            return till

        yield open_with
        for till in tills:
            assert await till.broken() == []


async def jacket_back(till: Till, location: str) -> tuple[str, ledger.PostReturnResponse]:
    """Everything of a basket but 116 points is spent at Linden, then the jacket comes back: the redemption."""
    ana = await till.enroll("CARD-ANA")
    basket = [line(1, "NORTH", 4000), line(2, "HARBOR", 9800), line(3, "PEAK", 6000, categories=["activewear"])]
    await till.sell(ana, "D-1", "mall-1", basket)
    spent = await till.redeem(ana, 300, "linden-1", "LINDEN")
    return spent.redemption.redemption_id, await till.give_back("R-1", location, "D-1", {2: None})


async def test_a_reduced_refund_makes_the_issuer_whole_and_leaves_the_wallet_alone(till_with: Opener) -> None:
    till = await till_with("reduce_refund")
    _, returned = await jacket_back(till, "peak-1")
    assert (returned.withheld.currency_code, returned.withheld.minor_units) == ("USD", 157)
    assert (returned.reversed_points, returned.repaid_points, returned.wallet.available) == (196, 0, 116)
    assert await positions(till) == {"north": -32, "harbor": 0, "peak": -208, "linden": 240}


async def test_points_that_she_paid_for_with_her_refund_are_hers_when_they_are_restored(till_with: Opener) -> None:
    till = await till_with("reduce_refund")
    redemption_id, _ = await jacket_back(till, "peak-1")
    restored = await restore(till, redemption_id)
    assert (restored.wallet.balance, restored.wallet.available) == (416, 416)
    assert await positions(till) == NOBODY_OWES | {"harbor": 157, "peak": -157}


async def test_an_issuer_that_takes_its_goods_back_itself_is_owed_nothing(till_with: Opener) -> None:
    till = await till_with("reduce_refund")
    _, returned = await jacket_back(till, "harbor-1")
    assert returned.withheld.minor_units == 157
    assert await positions(till) == {"north": -32, "harbor": -157, "peak": -51, "linden": 240}


async def test_what_is_written_off_is_the_issuers_and_owed_by_nobody(till_with: Opener) -> None:
    till = await till_with("write_off")
    redemption_id, returned = await jacket_back(till, "peak-1")
    assert (returned.written_off_points, returned.HasField("withheld"), returned.wallet.debt) == (196, False, 0)
    assert await positions(till) == {"north": -32, "harbor": -157, "peak": -51, "linden": 240}
    await restore(till, redemption_id, 150)
    assert await positions(till) == {"north": -16, "harbor": -78, "peak": -26, "linden": 120}


async def test_goods_paid_with_points_give_them_back_line_by_line(till_with: Opener) -> None:
    till = await till_with("debt")
    ana = await till.enroll("CARD-ANA")
    await till.sell(ana, "D-1", "north-1", [line(1, "NORTH", 40000)])
    spent = await till.redeem(ana, 301, "linden-1", "LINDEN")
    request = ledger.PostOrderRequest(
        program_id=till.program,
        request_id="paid-with-points",
        member=member(ana),
        order=till.order("D-2", "linden-1", [line(1, "LINDEN", 2000, quantity=3), line(2, "LINDEN", 1000)]),
        tenders=[authorization_pb2.Tender(redemption_id=spent.redemption.redemption_id)],
    )
    await till.mesh.ledger.PostOrder(request)
    back = [await till.give_back(f"R-{n}", "linden-1", "D-2", {1: 1}) for n in range(3)]
    assert [[one.points for one in answer.restored] for answer in back] == [[67], [67], [67]]
    last = await till.give_back("R-9", "linden-1", "D-2", {2: None})
    assert [one.points for one in last.restored] == [100]
    assert sum(one.value.minor_units for answer in [*back, last] for one in answer.restored) == 240
    assert await positions(till) == NOBODY_OWES
