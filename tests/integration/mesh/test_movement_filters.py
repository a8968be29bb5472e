"""Movements by kind, brand, accrual, cause and time, page by page; a token fits its own question only."""

from typing import Any

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import movement_pb2

from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import faulty_fields, refusal_of, said
from tests.integration.mesh.life_of import DAY, at_brands, bought
from tests.support.mesh import Till, member, moment

KIND = movement_pb2.MovementKind


async def movements_of(shop: Till, whose: str, size: int = 1_000, **wanted: Any) -> list[movement_pb2.Movement]:
    """All pages together."""
    found: list[movement_pb2.Movement] = []
    token = ""
    while True:
        request = ledger.ListMovementsRequest(
            program_id=shop.program, member=member(whose), page_size=size, page_token=token, **wanted
        )
        page = await shop.mesh.ledger.ListMovements(request)
        found += page.movements
        token = page.next_page_token
        if not token:
            return found


async def test_each_filter_leaves_what_it_names(shop: Till) -> None:
    ana = await bought(shop)
    everything = await movements_of(shop, ana.member)
    kinds = [KIND.Value("MOVEMENT_KIND_EARNED"), KIND.Value("MOVEMENT_KIND_REVERSED")]
    start, end = moment(shop.now + DAY), moment(shop.now + 2 * DAY)
    cases: list[tuple[dict[str, Any], list[movement_pb2.Movement]]] = [
        ({"kinds": kinds}, [m for m in everything if m.kind in kinds]),
        ({"brand_ids": ["HARBOR"]}, [m for m in everything if m.accrual.brand_id == "HARBOR"]),
        ({"accrual_id": ana.accruals["north"]}, [m for m in everything if m.accrual_id == ana.accruals["north"]]),
        ({"cause_id": ana.redemption_id}, [m for m in everything if m.cause_id == ana.redemption_id]),
        ({"start_time": end}, [m for m in everything if m.post_time.ToDatetime() >= end.ToDatetime()]),
        ({"end_time": start}, [m for m in everything if m.post_time.ToDatetime() < start.ToDatetime()]),
    ]
    for wanted, expected in cases:
        assert 0 < len(expected) < len(everything), wanted
        for size in (1, 2, 1_000):
            assert await movements_of(shop, ana.member, size, **wanted) == expected
    both: dict[str, Any] = {"kinds": kinds, "brand_ids": ["HARBOR"], "start_time": end}
    assert [m.points for m in await movements_of(shop, ana.member, **both)] == [200]


async def test_a_token_of_another_question_is_refused(shop: Till) -> None:
    ana = await bought(shop)

    def page(token: str, **wanted: Any) -> ledger.ListMovementsRequest:
        return ledger.ListMovementsRequest(
            program_id=shop.program, member=member(ana.member), page_size=1, page_token=token, **wanted
        )

    token = (await shop.mesh.ledger.ListMovements(page("", brand_ids=["NORTH", "HARBOR"]))).next_page_token
    # The same brands in another order are the same question.
    await shop.mesh.ledger.ListMovements(page(token, brand_ids=["HARBOR", "NORTH"]))
    for other in ({}, {"brand_ids": ["NORTH"]}, {"brand_ids": ["NORTH", "HARBOR"], "cause_id": "ord_x"}):
        refusal = await refusal_of(shop.mesh.ledger.ListMovements(page(token, **other)))
        assert said(refusal)[2] == "CURSOR_INVALID"


async def test_who_is_concerned_with_one_brand_lists_no_other(shop: Till, stack: LocalStack) -> None:
    ana = await bought(shop)
    async with at_brands(stack, shop, ["NORTH"], ["SERVICE"]) as north:
        assert {m.accrual.brand_id for m in await movements_of(north, ana.member)} == {"NORTH"}
        refusal = await refusal_of(movements_of(north, ana.member, brand_ids=["HARBOR"]))
    assert said(refusal)[2] == "DIVISION_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [({"kinds": [0]}, "kinds[0]"), ({"kinds": [99]}, "kinds[0]"), ({"brand_ids": ["ä"]}, "brand_ids[0]")],
)
async def test_what_cannot_be_meant_is_malformed(shop: Till, wanted: dict[str, Any], field: str) -> None:
    assert faulty_fields(await refusal_of(movements_of(shop, "mem_one", **wanted))) == [field]
