"""What recorded sales would have earned by other rules, asked of the running mesh; nothing moves."""

from collections.abc import AsyncIterator, Mapping

import pytest
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.rules.v1 import rules_service_pb2 as rules

from deploy.local.mesh import PROGRAMS, open_mesh, program_files
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import refusal_of
from tests.integration.mesh.people import Office, open_office
from tests.support.mesh import Till, line, open_till

BASKET = PROGRAMS / "worked-basket"
GENEROUS = {
    "per_amount: {points: 1, per: 1.00 USD}\n  harbor-base": "per_amount: {points: 2, per: 1.00 USD}\n  harbor-base"
}
"""North gives twice as much."""
HARBOR_TOO = {"per_amount: {points: 2, per: 1.00 USD}\n  linden": "per_amount: {points: 3, per: 1.00 USD}\n  linden"}
NOTHING = {"multiplier: {factor: 3}": "multiplier: {factor: 0}"}


def files(till: Till, changes: Mapping[str, str]) -> list[rules.ProgramFile]:
    """The basket's program with some texts replaced."""
    found = list(program_files(BASKET))
    for old, new in {"id: worked-basket": f"id: {till.program}", **changes}.items():
        assert any(old in file.content for file in found)
        for file in found:
            file.content = file.content.replace(old, new)
    return found


@pytest.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    """Two members with three sales, one of them returned in part; then North becomes stingier."""
    async with open_till(stack, "compare-test") as till:
        await till.apply(BASKET, "worked-basket")
        ana, ben = await till.enroll("CMP-ANA"), await till.enroll("CMP-BEN")
        await till.sell(ana, "CMP-1", "mall-1", [line(1, "NORTH", 4000), line(2, "HARBOR", 9800)])
        await till.sell(ben, "CMP-2", "mall-1", [line(1, "HARBOR", 1000)])
        await till.sell(ben, "CMP-3", "mall-1", [line(1, "NORTH", 1000)])
        yield till
        assert await till.broken() == []


@pytest.fixture(scope="module")
async def desk(stack: LocalStack, till: Till) -> AsyncIterator[Office]:
    async with open_office(stack, till, "analyst") as office:
        yield office


async def test_sales_are_compared_with_a_draft_by_brand_in_points_and_money(till: Till, desk: Office) -> None:
    sales, sums = await desk.compare(draft=files(till, GENEROUS))
    found = [(brand.brand_id, brand.base_points, brand.points) for sale in sales for brand in sale.brands]
    assert found == [("NORTH", 40, 80), ("NORTH", 10, 20)]
    assert [(money.currency_code, money.minor_units) for money in sales[0].brands[0].liability] == [("USD", 32)]
    assert (sums.orders, sums.changed_orders, sums.refused_orders) == (3, 2, 0)
    [north] = sums.effects
    assert (north.brand_id, north.gaining_members, north.gained_points, north.losing_members) == ("NORTH", 2, 50, 0)
    assert [money.minor_units for money in north.liability] == [40]


async def test_nothing_moves(till: Till, desk: Office) -> None:
    ana = await till.enroll("CMP-CAM")
    await till.sell(ana, "CMP-4", "mall-1", [line(1, "LINDEN", 500)])
    before = await till.wallet(ana)
    await desk.compare(draft=files(till, GENEROUS))
    assert (await till.wallet(ana)).wallet == before.wallet


async def test_sales_are_compared_with_a_revision_against_another(till: Till, desk: Office) -> None:
    stingy = await till.apply(BASKET, "worked-basket", GENEROUS)
    plain = await till.apply(BASKET, "worked-basket")
    scope = people.CorrectionScope(brand_ids=["NORTH"])
    sales, sums = await desk.compare(revision=plain, base=stingy, scope=scope)
    assert [(one.base_points, one.points) for sale in sales for one in sale.brands] == [(80, 40), (20, 10)]
    assert (sums.orders, sums.effects[0].losing_members, sums.effects[0].lost_points) == (2, 2, 50)
    assert await desk.compare(revision=plain, scope=scope) == ([], people.ComparisonSummary(orders=2))


async def test_the_sums_alone_are_told_if_only_they_are_asked_for(till: Till, desk: Office) -> None:
    draft = files(till, GENEROUS)
    sales, sums = await desk.compare(draft=draft, summary_only=True)
    assert (sales, sums) == ([], (await desk.compare(draft=draft))[1])


async def test_a_member_alone_is_compared(till: Till, desk: Office) -> None:
    ben = await till.enroll("CMP-BEN")
    sales, sums = await desk.compare(draft=files(till, GENEROUS), scope=people.CorrectionScope(member_ids=[ben]))
    assert ([sale.member_id for sale in sales], sums.orders) == ([ben], 2)


async def test_what_cannot_be_judged_is_told_and_not_counted(till: Till, desk: Office) -> None:
    """A draft in which the mall does not sell Harbor: the sales with Harbor's goods cannot be judged."""
    without = files(till, {"brands: [NORTH, HARBOR": "brands: [NORTH"})
    sales, sums = await desk.compare(draft=without)
    assert {sale.refusal.reason for sale in sales if sale.HasField("refusal")} == {"BRAND_NOT_SOLD_HERE"}
    assert (sums.refused_orders, sums.changed_orders, list(sums.effects)) == (2, 0, [])


async def test_a_faulty_draft_and_a_revision_that_never_was_are_refused(till: Till, desk: Office) -> None:
    for refused, reason in (
        (desk.compare(draft=files(till, NOTHING)), "PROGRAM_INVALID"),
        (desk.compare(revision="rev_never"), "REVISION_NOT_FOUND"),
        (desk.compare(), "MALFORMED"),
        (desk.compare(revision="rev_1", draft=files(till, {})), "MALFORMED"),
    ):
        assert (await refusal_of(refused)).reason == reason


async def test_a_brands_analyst_sees_the_brand_alone(stack: LocalStack, till: Till) -> None:
    token = stack.token("analyst-north", programs=[till.program], roles=["ANALYST"], brands=["NORTH"])
    async with open_mesh(stack.peer, token) as mesh:
        north = Office(till, mesh, "op-north")
        sales, sums = await north.compare(
            draft=files(till, GENEROUS | HARBOR_TOO), scope=people.CorrectionScope(brand_ids=["NORTH"])
        )
        assert {brand.brand_id for sale in sales for brand in sale.brands} == {"NORTH"}
        assert [effect.brand_id for effect in sums.effects] == ["NORTH"]
        assert (await refusal_of(north.compare(draft=files(till, GENEROUS)))).reason == "DIVISION_NOT_ALLOWED"
