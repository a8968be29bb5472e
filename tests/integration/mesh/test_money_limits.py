"""Limits of money whose rules pay in two currencies, and limits whose id came to name another kind of limit."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from zlib import crc32

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import limit_pb2
from loyalty.ledger.v1 import order_pb2 as answers
from loyalty.rules.v1 import program_pb2
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.support.mesh import Till, line, member, open_till

BASKET = PROGRAMS / "worked-basket"
# North sells in two currencies: 1,000 points are 8.00 USD or 16.00 EUR in its books.
TWO_CURRENCIES = {
    "liability: 0.008 USD": "liability: [0.008 USD, 0.016 EUR]",
    "    brands: NORTH\n    currency: USD": "    brands: NORTH\n    currency: EUR",
    "brand: NORTH\n    per_amount: {points: 1, per: 1.00 USD}": "brand: NORTH\n    fixed: {points: 1000, per: line}",
}


def limits(text: str) -> dict[str, str]:
    return {"\nearn_rules:\n": f"\n{text}\nearn_rules:\n"}


@pytest.fixture
def opened(stack: LocalStack, request: pytest.FixtureRequest) -> Callable[[Mapping[str, str]], Any]:
    """Opens a till in a program of the test's own."""

    @asynccontextmanager
    async def open_it(changes: Mapping[str, str]) -> AsyncIterator[Till]:
        async with open_till(stack, f"money-{crc32(request.node.name.encode()):x}") as till:
            await till.apply(BASKET, "worked-basket", changes)
            await till.known()
            yield till
            assert await till.broken() == []

    return open_it


Opened = Callable[[Mapping[str, str]], Any]


def sale(till: Till, who: str, document: str, lines: Sequence[order_pb2.OrderLine], *, euro: bool = False) -> Any:
    place, currency = ("north-1", "EUR") if euro else ("mall-1", "USD")
    order = till.order(document, place, lines, currency)
    return ledger.PostOrderRequest(program_id=till.program, request_id=document, member=member(who), order=order)


def granted(earned: Iterable[answers.EarnedPoints]) -> list[int]:
    return [one.granted for one in earned]


async def budgets(till: Till) -> list[limit_pb2.LimitUsage]:
    return list((await till.mesh.ledger.ListLimits(limit_pb2.ListLimitsRequest(program_id=till.program))).limits)


async def judged_by(till: Till, revision: str) -> None:
    """Returns when sales are judged by a revision, and the ledger had its time to hear of it."""
    other = await till.enroll("OTHER")
    for number in range(50):
        sold = await till.sell(other, f"OTHER-{number}", "mall-1", [line(1, "LINDEN", 100)])
        await asyncio.sleep(0.2)
        if sold.revision == revision:
            break
    await asyncio.sleep(2)


@pytest.mark.parametrize("per", ["budgets", "caps"])
async def test_money_of_a_limit_is_not_used_by_points_of_another_currency(opened: Opened, per: str) -> None:
    pot = "north-pot: {rules: north-base, points: 100000, money: 10.00 USD, per: "
    async with opened(limits(f"{per}:\n  {pot}{'member' if per == 'caps' else 'program'}}}") | TWO_CURRENCIES) as till:
        ana = await till.enroll("ANA")
        post = till.mesh.ledger.PostOrder
        assert granted((await post(sale(till, ana, "E", [line(1, "NORTH", 100)], euro=True))).earned) == [1000]
        # 8.00 USD of 10.00 USD; the 16.00 EUR are no matter.
        assert granted((await post(sale(till, ana, "U", [line(1, "NORTH", 100)]))).earned) == [1000]


async def test_sales_of_two_currencies_in_one_batch_do_not_pass_the_money_of_a_budget(opened: Opened) -> None:
    async with opened(
        limits("budgets:\n  pot: {rules: north-base, points: 100000, money: 20.00 USD}") | TWO_CURRENCIES
    ) as till:
        ana = await till.enroll("ANA")
        nine = [line(number, "NORTH", 100) for number in range(1, 10)]
        orders = [sale(till, ana, "U", nine), sale(till, ana, "E", [line(1, "NORTH", 100)], euro=True)]
        answer = await till.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=orders))
        # 20.00 USD are 2,500 points at 0.8 cents; without the second sale these are given, with it all 9,000.
        assert sum(granted(answer.results[0].posted.earned)) == 2500


async def test_single_sales_of_two_currencies_at_once_do_not_pass_the_money_of_a_budget(opened: Opened) -> None:
    async with opened(
        limits("budgets:\n  pot: {rules: north-base, points: 100000, money: 20.00 USD}") | TWO_CURRENCIES
    ) as till:
        ana = await till.enroll("ANA")
        post = till.mesh.ledger.PostOrder
        told = await asyncio.gather(
            *(post(sale(till, ana, f"S-{n}", [line(1, "NORTH", 100)], euro=n % 2 == 1)) for n in range(40))
        )
        assert sum(granted(one.earned)[0] for one in told[::2]) == 2500


@pytest.mark.parametrize(
    "later", ["caps:\n  pot: {rules: harbor-base, per: member,", "budgets:\n  pot: {rules: harbor-base, per: location,"]
)
async def test_a_budget_whose_id_became_another_kind_of_limit_is_listed_as_it_was(opened: Opened, later: str) -> None:
    async with opened(limits("budgets:\n  pot: {rules: harbor-base, points: 500}")) as till:
        ana = await till.enroll("ANA")
        await till.sell(ana, "A", "mall-1", [line(1, "HARBOR", 10_000)])
        before = await budgets(till)
        revision = await till.apply(BASKET, "worked-basket", limits(f"{later} points: 60}}"))
        await judged_by(till, revision)
        assert before[0].holder == program_pb2.LIMIT_HOLDER_PROGRAM
        assert await budgets(till) == before
