"""Points captured with a sale are counted at the brands where they were spent, and so is what is given back of them."""

from collections.abc import AsyncIterator

import pytest
from loyalty.ledger.v1 import authorization_pb2
from loyalty.settlement.v1 import settlement_service_pb2 as books
from loyalty.settlement.v1 import statement_service_pb2 as statements

from deploy.local.finance import Finance, open_finance
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.holds import authorized, earner, sale
from tests.support.mesh import Till, line, open_till


@pytest.fixture
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, "spending-brands") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        yield till


@pytest.fixture
async def finance(stack: LocalStack, till: Till) -> AsyncIterator[Finance]:
    token = stack.token("spending-brands", programs=[till.program], roles=("FINANCE",))
    async with open_finance(stack.peer, token) as finance:
        yield finance


async def crossed_in(finance: Finance, till: Till) -> dict[str, int]:
    """Points of other brands spent at each brand, as its books say."""
    request = books.GetBrandBooksRequest(program_id=till.program, at_least=till.cursor())
    answer = await finance.books.GetBrandBooks(request)
    return {each.brand_id: each.redeemed_cross_in_points for each in answer.brands if each.redeemed_cross_in_points}


async def rolled_up(finance: Finance, till: Till, measure: str) -> dict[str, int]:
    """A measure of the whole program by brand."""
    figures = (await finance.statements.GetRollUp(statements.GetRollUpRequest(program_id=till.program))).figures
    return {each.brand_id: each.amount for each in figures if each.measure == measure}


async def test_a_sale_paid_at_two_brands_counts_at_each(finance: Finance, till: Till) -> None:
    ana = await earner(till)
    at_linden, at_peak = await authorized(till, ana, 100), await authorized(till, ana, 50, "PEAK")
    tenders = [authorization_pb2.Tender(authorization_id=held.authorization_id) for held in (at_linden, at_peak)]
    request = sale(till, ana, [line(1, "LINDEN", 900), line(2, "PEAK", 900)], *tenders)
    till._saw((await till.mesh.ledger.PostOrder(request)).position)
    assert await crossed_in(finance, till) == {"LINDEN": 100, "PEAK": 50}
    assert await rolled_up(finance, till, "cross_in") == {"LINDEN": 100, "PEAK": 50}
    worth = {"LINDEN": at_linden.value.minor_units, "PEAK": at_peak.value.minor_units}
    assert await rolled_up(finance, till, "discount") == worth

    back = await till.give_back("BACK", "mall-1", request.order.document_id, {1: None})
    assert [restored.points for restored in back.restored] == [100]
    assert await crossed_in(finance, till) == {"LINDEN": 100, "PEAK": 50}
    assert await rolled_up(finance, till, "restored") == {"LINDEN": 100}
    assert await rolled_up(finance, till, "discount") == {"PEAK": worth["PEAK"]}
    assert await till.broken() == []
