"""Reconciliations against the real ledger and rules: all kinds tie out, and sabotage is named to the line."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import asyncpg
import pytest_asyncio
from loyalty.settlement.v1 import reconciliation_pb2 as pb
from loyalty.settlement.v1 import reconciliation_service_pb2 as messages
from loyalty.settlement.v1 import reconciliation_service_pb2_grpc as stubs

from chassis.runtime.channel import connect
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import findings_of
from tests.support.mesh import Till, line, open_till

if TYPE_CHECKING:
    from loyalty.settlement.v1.reconciliation_service_pb2_grpc import ReconciliationServiceAsyncStub

    Reconciler = ReconciliationServiceAsyncStub

RECONCILIATIONS = messages.DESCRIPTOR.services_by_name["ReconciliationService"]
LEDGER, PRICES, TILLS = pb.RECONCILIATION_KIND_LEDGER, pb.RECONCILIATION_KIND_PRICES, pb.RECONCILIATION_KIND_TILLS
NEW_YORK = ZoneInfo("America/New_York")
"""Where mall-1 is."""


@pytest_asyncio.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    """A sandbox with the worked basket (docs/DOMAIN.md §11) up to the return of the Linden purchase's half."""
    async with open_till(stack, "reconciled") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana = await till.enroll("RECONCILED-ANA")
        leggings = line(3, "PEAK", 6000, categories=["activewear"])
        await till.sell(ana, "R-1", "mall-1", [line(1, "NORTH", 4000), line(2, "HARBOR", 9800), leggings])
        await till.redeem(ana, 300, "mall-1", "LINDEN")
        await till.give_back("R-2", "mall-1", "R-1", {2: None})
        await till.sell(ana, "R-3", "mall-1", [line(1, "NORTH", 10000)])
        await till.known()
        await till.net_positions()
        yield till
        assert await findings_of(till) == []


@pytest_asyncio.fixture(scope="module")
async def stub(stack: LocalStack, till: Till) -> "AsyncIterator[Reconciler]":
    """The service as finance sees it."""
    token = stack.token("office", programs=[till.program], roles=["FINANCE"])
    async with connect(stack.peer("settlement"), RECONCILIATIONS, lambda: token) as channel:
        yield stubs.ReconciliationServiceStub(channel)


async def run(
    stub: "Reconciler",
    till: Till,
    kind: pb.ReconciliationKind.ValueType,
    request_id: str,
    day: pb.TillDay | None = None,
) -> pb.Reconciliation:
    request = messages.RunReconciliationRequest(program_id=till.program, kind=kind, request_id=request_id, till_day=day)
    return (await stub.RunReconciliation(request)).reconciliation


async def test_ledger_and_prices_tie_out(stub: "Reconciler", till: Till) -> None:
    ledger = await run(stub, till, LEDGER, "ledger-1")
    prices = await run(stub, till, PRICES, "prices-1")
    assert (list(ledger.differences), list(prices.differences)) == ([], [])
    assert ledger.compared > 20
    assert prices.compared == 4


async def test_a_tills_totals_tie_out_with_the_ledgers_documents(stub: "Reconciler", till: Till) -> None:
    day = pb.TillDay(
        source="till-1", location_id="mall-1", business_date=till.now.astimezone(NEW_YORK).date().isoformat()
    )
    total = pb.TillTotal(currency_code="USD", sales=2, sales_minor_units=29_800, returns=1, returns_minor_units=9_800)
    await stub.SubmitControlTotals(
        messages.SubmitControlTotalsRequest(
            program_id=till.program, till_day=day, totals=[total], request_id="totals-1"
        )
    )
    assert list((await run(stub, till, TILLS, "tills-1", day)).differences) == []
    total.sales_minor_units += 1
    await stub.SubmitControlTotals(
        messages.SubmitControlTotalsRequest(
            program_id=till.program, till_day=day, totals=[total], request_id="totals-2"
        )
    )
    [difference] = (await run(stub, till, TILLS, "tills-2", day)).differences
    assert (difference.expected, difference.booked) == (29_801, 29_800)


async def test_a_movement_changed_in_the_ledgers_database_is_named(
    stub: "Reconciler", till: Till, stack: LocalStack
) -> None:
    connection = await asyncpg.connect(stack.database("ledger").owner_url)
    change = "UPDATE movement SET points = points + $1 WHERE program = $2 AND kind = 'reversed'"
    try:
        await connection.execute(change, 1, till.program)
        found = await run(stub, till, LEDGER, "ledger-2")
        await connection.execute(change, -1, till.program)
    finally:
        await connection.close()
    [difference] = found.differences
    assert difference.expected - difference.booked == 1
    assert {each.fault for each in difference.lines} == {pb.LINE_FAULT_SUMS_DEPART}
    assert (await run(stub, till, LEDGER, "ledger-3")).differing == 0


async def test_a_policy_in_force_is_the_books_figure(stub: "Reconciler", till: Till) -> None:
    answer = await stub.CompareSettlementPolicies(messages.CompareSettlementPoliciesRequest(program_id=till.program))
    nets = {each.entity_id: each.reimburse.net for each in answer.positions if each.reimburse.net}
    assert nets == {entity: net for entity, net in (await till.net_positions()).items() if net}
    assert all(each.booked_net == each.reimburse.net for each in answer.positions)
    assert (answer.unpriced_movements, answer.unknown_movements) == (0, 0)
