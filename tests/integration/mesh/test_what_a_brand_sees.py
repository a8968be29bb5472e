"""Who is concerned with one brand only sees its lines, reversals, proposals and effects (docs/DOMAIN.md §10)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.ledger.v1 import return_requests_pb2 as returns
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS, Mesh, open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import refusal_of, said
from tests.integration.mesh.people import open_office
from tests.integration.mesh.test_corrections import GENEROUS
from tests.integration.mesh.uploads import sale, upload
from tests.support.mesh import Till, line, open_till

BASKET = PROGRAMS / "worked-basket"


@dataclass(frozen=True)
class Eyes:
    """The till of everybody, and who sees North's only; a return and a correction of both brands."""

    till: Till
    north: Mesh
    return_id: str
    correction_id: str


@pytest_asyncio.fixture(scope="module")
async def eyes(stack: LocalStack) -> AsyncIterator[Eyes]:
    name = "brand-eyes"
    roles = ["HEADQUARTERS_ADMIN", "SERVICE", "POS"]
    token = stack.token("north-eyes", programs=[name], roles=roles, brands=["NORTH"])
    async with (
        open_till(stack, name) as till,
        open_office(stack, till, "eyes-desk") as desk,
        open_mesh(stack.peer, token) as north,
    ):
        generous = await till.apply(BASKET, "worked-basket", GENEROUS)
        await till.apply(BASKET, "worked-basket")
        ana = await till.enroll("ANA")
        both = [line(1, "NORTH", 4_000), line(2, "HARBOR", 9_800), line(3, "", 500)]
        await till.sell(ana, "BOTH", "mall-1", both)
        back = await till.give_back("BACK", "mall-1", "BOTH", {1: None, 2: None})
        await till.sell(ana, "MORE", "mall-1", both)
        lost = [sale(till, "mem_none", "one", 40), sale(till, "mem_none", "two", 0, "", *both)]
        assert [answer.refusal.reason for answer in await upload(till, lost)] == ["MEMBER_NOT_FOUND"] * 2
        for brand in ("NORTH", "HARBOR", "NORTH"):
            await desk.adjust(ana, 20_000, brand)
        plan = await desk.plan(generous)
        yield Eyes(till, north, back.return_id, plan.correction_id)


async def test_a_sale_has_the_lines_of_the_brand_and_those_of_none(eyes: Eyes) -> None:
    ref = order_pb2.OrderRef(source="till-1", document_id="BOTH")
    request = ledger.GetOrderRequest(program_id=eyes.till.program, order=ref)
    seen = (await eyes.north.ledger.GetOrder(request)).order
    assert [each.brand_id for each in seen.order.lines] == ["NORTH", ""]
    assert [each.line_number for each in seen.returned_lines] == [1]
    assert {each.brand_id for each in seen.accruals} == {"NORTH"}
    whole = (await eyes.till.mesh.ledger.GetOrder(request)).order
    assert (len(whole.order.lines), len(whole.returned_lines), len(whole.accruals)) == (3, 2, 2)


async def test_a_return_has_the_reversals_of_the_brand(eyes: Eyes) -> None:
    request = returns.GetReturnRequest(program_id=eyes.till.program, return_id=eyes.return_id)
    seen = (await eyes.north.ledger.GetReturn(request)).posted_return
    assert [(each.brand_id, each.reversed) for each in seen.reversed] == [("NORTH", 40)]
    assert len((await eyes.till.mesh.ledger.GetReturn(request)).posted_return.reversed) == 2


async def test_refused_uploads_are_those_that_may_be_sent_again(eyes: Eyes) -> None:
    request = orders.ListRefusedOrdersRequest(program_id=eyes.till.program)
    seen = await eyes.north.ledger.ListRefusedOrders(request)
    assert [each.order.document_id for each in seen.orders] == ["UP-one"]
    assert [(total.orders, total.amount.minor_units) for total in seen.totals] == [(1, 4_000)]
    assert len((await eyes.till.mesh.ledger.ListRefusedOrders(request)).orders) == 2


async def test_proposals_are_the_brands(eyes: Eyes) -> None:
    request = people.ListProposedAdjustmentsRequest(program_id=eyes.till.program, page_size=1)
    brands: list[str] = []
    for _ in range(2):
        page = await eyes.north.ledger.ListProposedAdjustments(request)
        brands += [each.adjustment.brand_id for each in page.adjustments]
        request.page_token = page.next_page_token
    assert (brands, request.page_token) == (["NORTH", "NORTH"], "")
    everything = people.ListProposedAdjustmentsRequest(program_id=eyes.till.program)
    listed = (await eyes.till.mesh.ledger.ListProposedAdjustments(everything)).adjustments
    assert sorted(each.adjustment.brand_id for each in listed) == ["HARBOR", "NORTH", "NORTH"]


async def test_a_page_of_everything_does_not_go_on_as_one_of_a_brand(eyes: Eyes) -> None:
    request = people.ListProposedAdjustmentsRequest(program_id=eyes.till.program, page_size=1)
    request.page_token = (await eyes.till.mesh.ledger.ListProposedAdjustments(request)).next_page_token
    assert said(await refusal_of(eyes.north.ledger.ListProposedAdjustments(request)))[2] == "CURSOR_INVALID"


async def test_a_correction_has_the_effects_of_the_brand(eyes: Eyes) -> None:
    request = people.GetCorrectionRequest(program_id=eyes.till.program, correction_id=eyes.correction_id)
    seen = (await eyes.north.ledger.GetCorrection(request)).correction
    assert {effect.brand_id for effect in seen.effects} <= {"NORTH"}
    assert seen.orders == 2
