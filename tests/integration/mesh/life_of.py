"""A member of the worked basket who earns, spends and brings goods back, for tests that read what was."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from deploy.local.stack import LocalStack
from tests.support.mesh import Till, line, open_till

DAY = timedelta(days=1)
_NUMBERS = count(1)


@dataclass
class Bought:
    """Ana: 100 of North's and 200 of Harbor's on the first day, 250 spent at Linden on the second, Harbor's goods
    back on the third (200 lost, 150 of them owed), 40 of North's earned on the fourth, which repay as much."""

    member: str
    first: str
    second: str
    redemption_id: str
    accruals: dict[str, str]


async def bought(shop: Till) -> Bought:
    """Such a member; days are counted from the till's `now`."""
    number = next(_NUMBERS)
    ana = await shop.enroll(f"WAS-ANA-{shop.program}-{number}")
    first, second = f"WAS-{number}-1", f"WAS-{number}-2"
    sold = await shop.sell(ana, first, "mall-1", [line(1, "NORTH", 10_000), line(2, "HARBOR", 10_000)])
    spent = await later(shop, 1).redeem(ana, 250, "linden-1", "LINDEN")
    await later(shop, 2).give_back(f"WAS-{number}-R", "mall-1", first, {2: None})
    more = await later(shop, 3).sell(ana, second, "mall-1", [line(1, "NORTH", 4_000)])
    earned = {"north": sold.earned[0], "harbor": sold.earned[1], "more": more.earned[0]}
    return Bought(ana, first, second, spent.redemption.redemption_id, {n: e.accrual_id for n, e in earned.items()})


def later(shop: Till, days: int) -> Till:
    """The same till some days later."""
    return replace(shop, now=shop.now + days * DAY)


@asynccontextmanager
async def at_brands(stack: LocalStack, shop: Till, brands: Sequence[str], roles: Sequence[str]) -> AsyncIterator[Till]:
    """A caller whom only some brands concern."""
    async with open_till(stack, shop.program, roles, brands=brands) as till:
        yield till
