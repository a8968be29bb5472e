"""Rules that give absurdly many points: those of a sale fit 64 bits, their totals do not. Nobody else may notice."""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.settlement.v1 import settlement_service_pb2 as settlement

from chassis.values.integers import MOST_AMOUNT
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import findings_of, refusal_of, said
from tests.support.mesh import Till, line, open_till

LARGE = {"points: 1, per: 1.00 USD": "points: 1000000, per: 0.01 USD", "liability: 0.008 USD": "liability: 0.01 USD"}


@pytest_asyncio.fixture(scope="module")
async def large(stack: LocalStack) -> AsyncIterator[Till]:
    """A till whose members have 3·10^18 points each, worth as many cents."""
    async with open_till(stack, "overflow-large") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", LARGE)
        for number in range(4):
            buyer = await till.enroll(f"LARGE-{number}")
            for sale in range(3):
                await till.sell(buyer, f"LARGE-{number}-{sale}", "mall-1", [line(1, "NORTH", MOST_AMOUNT)])
        yield till


async def test_amounts_of_one_program_do_not_stop_the_books_of_another(stack: LocalStack, large: Till) -> None:
    async with open_till(stack, "overflow-small") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        for number in count():
            buyer = await till.enroll(f"SMALL-{number}")
            await till.sell(buyer, f"SMALL-{number}", "mall-1", [line(1, "NORTH", 10_000)])
            if till.reached.keys() >= large.reached.keys():
                break
        assert await findings_of(till) == []


async def test_the_ledger_and_the_books_of_such_a_program_are_still_verified(large: Till) -> None:
    request = ledger.VerifyIntegrityRequest(program_id=large.program)
    found = [finding async for each in large.mesh.ledger.VerifyIntegrity(request) for finding in each.check.findings]
    answer = await large.mesh.settlement.VerifyBooks(settlement.VerifyBooksRequest(program_id=large.program))
    assert found + [finding for check in answer.checks for finding in check.findings] == []


def brand_books(till: Till) -> Awaitable[object]:
    request = settlement.GetBrandBooksRequest(program_id=till.program, at_least=till.cursor())
    return till.mesh.settlement.GetBrandBooks(request)


def reconciliation(till: Till) -> Awaitable[object]:
    request = settlement.ReconcileLedgerRequest(program_id=till.program, at_least=till.cursor())
    return till.mesh.settlement.ReconcileLedger(request)


def ledger_totals(till: Till) -> Awaitable[object]:
    request = ledger.GetLedgerTotalsRequest(program_id=till.program, up_to=till.cursor())
    return till.mesh.ledger.GetLedgerTotals(request)


@pytest.mark.parametrize("read", [brand_books, reconciliation, ledger_totals])
async def test_a_read_of_a_total_that_does_not_fit_is_refused_with_its_figure(
    large: Till, read: Callable[[Till], Awaitable[object]]
) -> None:
    refusal = await refusal_of(read(large))
    assert said(refusal) == ("OUT_OF_RANGE", "type.loyalty", "AMOUNT_OUT_OF_RANGE")
    assert refusal.metadata["what"] == "brand.NORTH.earned"


async def test_positions_that_fit_are_told_whatever_other_totals_are(large: Till) -> None:
    assert await large.net_positions() == {}
