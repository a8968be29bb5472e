"""What is counted of members, under pressure: every way of selling to one of them at once, and seven limits at once."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as answers
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh import uploads
from tests.integration.mesh.counter import Counter, share
from tests.support.mesh import Till, line, member, open_till

BASKET = PROGRAMS / "worked-basket"
RULES = """funders: {peak: 100%}
  north-welcome:
    brand: NORTH
    kind: bonus
    when: {purchase: {number: 1}}
    fixed: {points: 100, per: line}
ladders:
  status:
    name: Status
    counts: spend
    window: calendar_year
    tiers:
      silver: {from: 100.00 USD, multiplier: 1.5}
      gold: {from: 200.00 USD, multiplier: 2}
"""
MEMBERS = {"funders: {peak: 100%}\n": RULES}
MANY = """
caps:
  a-line: {rules: [north-base, harbor-base], per: line, points: 300}
  a-order: {rules: [north-base, harbor-base, peak-base], per: order, points: 500}
  a-day: {rules: [north-base, harbor-base], per: member, window: day, points: 900, money: 6.00 USD}
  a-soft: {rules: [north-base, linden-base], per: member, window: year, points: 300, overrun: allow}
budgets:
  b-all: {rules: [north-base, harbor-base, peak-base, linden-base], points: 5000, money: 30.00 USD}
  b-here: {rules: [linden-base, harbor-base], per: location, window: week, points: 1500}
  b-offer: {offer: activewear-triple, money: 5.00 USD}
earn_rules:
"""


@pytest.fixture
def opened(stack: LocalStack, request: pytest.FixtureRequest) -> Callable[[Mapping[str, str]], Any]:
    """Opens a till in a program of the test's own."""

    @asynccontextmanager
    async def open_it(changes: Mapping[str, str]) -> AsyncIterator[Till]:
        async with open_till(stack, f"attack-{crc32(request.node.name.encode()):x}") as till:
            await till.apply(BASKET, "worked-basket", changes)
            await till.known()
            yield till

    return open_it


Opened = Callable[[Mapping[str, str]], Any]


def sale(till: Till, who: str, document: str, lines: Sequence[order_pb2.OrderLine]) -> Any:
    order = till.order(document, "mall-1", lines)
    return ledger.PostOrderRequest(program_id=till.program, request_id=document, member=member(who), order=order)


def shown(earned: Iterable[answers.EarnedPoints]) -> list[tuple[int, int, str]]:
    return [(one.desired, one.granted, one.trimmed_by_limit_id) for one in earned]


# --- first purchases


async def test_singles_lists_and_uploads_of_one_member_at_once_are_counted_one_by_one(opened: Opened) -> None:
    every = {key: text.replace("number: 1", "every: 2") for key, text in MEMBERS.items()}
    async with opened(every) as till:
        ana = await till.enroll("ANA")

        def sales(what: str) -> list[ledger.PostOrderRequest]:
            return [
                sale(till, ana, f"{what}-{number}", [line(1, "PEAK", 10), line(2, "NORTH", 1)]) for number in range(9)
            ]

        async def upload() -> list[ledger.PostOrderResponse]:
            return [one.posted for one in await uploads.upload(till, sales("up"))]

        async def batch() -> list[ledger.PostOrderResponse]:
            request = ledger.BatchPostOrdersRequest(orders=sales("list"))
            return [one.posted for one in (await till.mesh.ledger.BatchPostOrders(request)).results]

        async def singles() -> list[ledger.PostOrderResponse]:
            return list(await asyncio.gather(*map(till.mesh.ledger.PostOrder, sales("one"))))

        told = [one for part in await asyncio.gather(upload(), batch(), singles()) for one in part]
        by_version = sorted((one.wallet.version, one.earned_points) for one in told)
        assert [points for _, points in by_version] == [0, 100] * 13 + [0]
        assert await till.broken() == []


# --- previews


async def test_previews_say_what_is_posted_under_many_limits(opened: Opened) -> None:
    async with opened({"\nearn_rules:\n": MANY}) as till:
        dice, counter = random.Random(5), Counter(till, "MANY")
        buyers = [await till.enroll(f"BUYER-{number}") for number in range(4)]
        till.now = datetime(2026, 3, 2, 17, tzinfo=UTC)
        for number in range(40):
            who, brands = dice.choice(buyers), ("NORTH", "HARBOR", "PEAK", "LINDEN")
            lines = [
                line(at, dice.choice(brands), dice.choice((0, 99, 5000, 40_000)), categories=["activewear"])
                for at in range(1, dice.randint(2, 6))
            ]
            order = till.order(f"M-{number}", "mall-1", lines)
            asked = ledger.PreviewOrderRequest(program_id=till.program, member=member(who), order=order)
            preview = await till.mesh.ledger.PreviewOrder(asked)
            posted = await till.sell(who, f"M-{number}", "mall-1", lines)
            assert (shown(preview.earned), preview.granted_points) == (shown(posted.earned), posted.earned_points)
            if number % 7 == 3:
                await counter.bring(f"BACK-{number}", share(f"M-{number}", 1))
        assert await till.broken() == []
