"""The worked basket of docs/DOMAIN.md §11 through the four services, to the cent, up to her next order."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.support.mesh import Till, line, open_till

NOBODY_OWES = {"north": 0, "harbor": 0, "linden": 0, "peak": 0}


@pytest.fixture
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, "basket-test") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        yield till


async def test_the_worked_basket(till: Till) -> None:
    ana = await till.enroll("CARD-ANA")
    basket = [
        line(1, "NORTH", 4000),
        line(2, "HARBOR", 9800),
        line(3, "PEAK", 6000, categories=["activewear"]),
    ]

    sold = await till.sell(ana, "D-1", "mall-1", basket)
    assert [earned.granted for earned in sold.earned] == [40, 196, 60, 120]
    assert sold.wallet.balance == 416

    spent = await till.redeem(ana, 300, "linden-1", "LINDEN")
    assert spent.redemption.value.minor_units == 240
    assert NOBODY_OWES | await till.net_positions() == {"north": -32, "harbor": -157, "peak": -51, "linden": 240}

    returned = await till.give_back("R-1", "peak-1", "D-1", {2: None})
    assert (returned.reversed_points, returned.repaid_points) == (196, 116)
    assert (returned.wallet.balance, returned.wallet.debt, returned.wallet.available) == (-80, 80, 0)
    assert NOBODY_OWES | await till.net_positions() == {"north": -32, "harbor": -64, "peak": -144, "linden": 240}

    more = await till.sell(ana, "D-2", "north-1", [line(1, "NORTH", 10000)])
    assert (more.repaid_points, more.wallet.available, more.wallet.balance) == (80, 20, 20)
    assert NOBODY_OWES | await till.net_positions() == {"north": -96, "harbor": 0, "peak": -144, "linden": 240}

    assert await till.broken() == []
