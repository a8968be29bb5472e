"""Tiers as rules are told them: reached by what was bought before, and of the day of the sale; and sales judged again
by what was known when they were posted."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.rules.v1 import rules_service_pb2 as rules
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS, program_files
from deploy.local.stack import LocalStack
from tests.integration.mesh.people import Office, open_office
from tests.support.mesh import Till, line, member, open_till

BASKET = PROGRAMS / "worked-basket"
RULES = """funders: {peak: 100%}
  north-gold:
    brand: NORTH
    kind: bonus
    when: {tier: {status: gold}}
    fixed: {points: 500, per: line}
  harbor-welcome:
    brand: HARBOR
    kind: bonus
    when: {purchase: {number: 1, of: program}}
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
GENEROUS_RULES = RULES.replace("points: 100,", "points: 200,").replace("multiplier: 1.5", "multiplier: 3")
GENEROUS = {"funders: {peak: 100%}\n": GENEROUS_RULES}
LADDERS = {"funders: {peak: 100%}\n": RULES}


@pytest.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, "judged-by-tiers") as till:
        await till.apply(BASKET, "worked-basket", LADDERS)
        yield till
        assert await till.broken() == []


@pytest.fixture(scope="module")
async def desk(stack: LocalStack, till: Till) -> AsyncIterator[Office]:
    async with open_office(stack, till, "manager") as office:
        yield office


@pytest.fixture(scope="module")
async def second(stack: LocalStack, till: Till) -> AsyncIterator[Office]:
    async with open_office(stack, till, "second") as office:
        yield office


async def earned(till: Till, who: str, document: str, amount: int, brand: str = "NORTH") -> dict[str, int]:
    """Buys for an amount; points by rule."""
    answer: ledger.PostOrderResponse = await till.sell(who, document, "mall-1", [line(1, brand, amount)])
    return {one.rule_id: one.granted for one in answer.earned}


async def standing_points(till: Till, document: str) -> dict[str, int]:
    """Points that a sale has given as it stands now, by rule."""
    ref = order_pb2.OrderRef(source="till-1", document_id=document)
    answer = await till.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=till.program, order=ref))
    return {one.rule_id: one.remaining for one in answer.order.accruals}


def files(till: Till, changes: Mapping[str, str]) -> list[rules.ProgramFile]:
    """The program with some texts replaced."""
    found = list(program_files(BASKET))
    for old, new in {"id: worked-basket": f"id: {till.program}", **changes}.items():
        for file in found:
            file.content = file.content.replace(old, new)
    return found


def scope_of(who: str) -> people.CorrectionScope:
    """The sales of one member."""
    return people.CorrectionScope(member_ids=[who])


async def test_a_tier_counts_from_the_order_after_the_one_that_reached_it(till: Till) -> None:
    who = await till.enroll("TIERS")
    assert await earned(till, who, "T-1", 12_000) == {"north-base": 120}
    assert await earned(till, who, "T-2", 10_000) == {"north-base": 150}
    assert await earned(till, who, "T-3", 1_000) == {"north-base": 20, "north-gold": 500}


async def test_what_comes_back_takes_the_tier_back(till: Till) -> None:
    who = await till.enroll("FALLS")
    await earned(till, who, "F-1", 25_000)
    assert await earned(till, who, "F-2", 1_000) == {"north-base": 20, "north-gold": 500}
    await till.give_back("F-1-BACK", "mall-1", "F-1", {1: None})
    assert await earned(till, who, "F-3", 1_000) == {"north-base": 10}


async def test_the_tier_is_that_of_the_local_day_of_the_sale(till: Till) -> None:
    who = await till.enroll("LOCAL")
    last_year = replace(till, now=datetime(2025, 12, 31, 17, tzinfo=UTC))
    await earned(last_year, who, "L-1", 25_000)
    assert await earned(last_year, who, "L-2", 1_000) == {"north-base": 20, "north-gold": 500}
    # In New York it is still the last day of the year.
    late = replace(till, now=datetime(2026, 1, 1, 4, 59, tzinfo=UTC))
    assert await earned(late, who, "L-3", 1_000) == {"north-base": 20, "north-gold": 500}
    new_year = replace(till, now=datetime(2026, 1, 1, 5, tzinfo=UTC))
    assert await earned(new_year, who, "L-4", 1_000) == {"north-base": 10}
    # Uploaded late: judged by the tier of its day.
    assert await earned(late, who, "L-5", 1_000) == {"north-base": 20, "north-gold": 500}


async def test_the_sales_of_a_list_climb_in_its_order(till: Till) -> None:
    who = await till.enroll("CLIMBS")
    requests = [
        ledger.PostOrderRequest(
            program_id=till.program,
            request_id=f"CLIMB-{number}",
            member=member(who),
            order=till.order(f"CLIMB-{number}", "mall-1", [line(1, "PEAK", 10_000)]),
        )
        for number in range(4)
    ]
    answer = await till.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=requests))
    assert [result.posted.earned[0].granted for result in answer.results] == [100, 150, 200, 200]


async def test_a_corrected_line_is_judged_by_what_was_known_when_it_was_sold(till: Till, desk: Office) -> None:
    who = await till.enroll("CORRECTED")
    assert await earned(till, who, "C-1", 10_000, "HARBOR") == {"harbor-base": 200, "harbor-welcome": 100}
    assert await earned(till, who, "C-2", 10_000) == {"north-base": 150}
    assert await earned(till, who, "C-3", 1_000) == {"north-base": 20, "north-gold": 500}
    await desk.correct("C-1", line(1, "HARBOR", 5_000))
    assert await standing_points(till, "C-1") == {"harbor-base": 100, "harbor-welcome": 100}
    await desk.correct("C-2", line(1, "NORTH", 20_000))
    assert await standing_points(till, "C-2") == {"north-base": 300}


async def test_a_comparison_judges_by_what_was_known_then(till: Till, desk: Office) -> None:
    who = await till.enroll("COMPARED")
    await earned(till, who, "D-1", 10_000, "HARBOR")
    await earned(till, who, "D-2", 10_000, "HARBOR")
    sales, _ = await desk.compare(draft=files(till, GENEROUS), scope=scope_of(who))
    # The welcome and the multiplier of silver are doubled: for the first, and for the second.
    assert [(brand.base_points, brand.points) for sale in sales for brand in sale.brands] == [(300, 400), (300, 600)]


async def test_a_correction_is_planned_and_applied_by_what_was_known_then(
    till: Till, desk: Office, second: Office
) -> None:
    who = await till.enroll("PLANNED")
    await earned(till, who, "P-1", 10_000, "HARBOR")
    await earned(till, who, "P-2", 10_000, "HARBOR")
    generous = await till.apply(BASKET, "worked-basket", GENEROUS)
    try:
        plan = await desk.plan(generous, scope_of(who))
        assert (plan.effects[0].gained_points, plan.changed_orders) == (400, 2)
        await second.apply(plan.correction_id)
    finally:
        await till.apply(BASKET, "worked-basket", LADDERS)
    assert await standing_points(till, "P-1") == {"harbor-base": 200, "harbor-welcome": 200}
    assert await standing_points(till, "P-2") == {"harbor-base": 600}
