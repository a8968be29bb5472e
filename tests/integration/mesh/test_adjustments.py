"""Adjustments through the four services: who bears them, who must agree, and books that tie out."""

from collections.abc import AsyncIterator

import pytest
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import refusal_of, said
from tests.integration.mesh.people import Office, open_office
from tests.support.mesh import Till, line, member, open_till

ABOVE = 10_001
"""One point above what a person may adjust alone by default."""


@pytest.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, "adjust-test") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        yield till
        assert await till.broken() == []


@pytest.fixture(scope="module")
async def desk(stack: LocalStack, till: Till) -> AsyncIterator[Office]:
    async with open_office(stack, till, "desk") as office:
        yield office


@pytest.fixture(scope="module")
async def chief(stack: LocalStack, till: Till) -> AsyncIterator[Office]:
    async with open_office(stack, till, "chief") as office:
        yield office


async def test_points_given_are_borne_by_the_entity_that_is_named(till: Till, desk: Office) -> None:
    ana = await till.enroll("ADJ-ANA")
    answer = await desk.adjust(ana, 100, "NORTH", funder="peak")
    assert (answer.state, answer.wallet.balance) == (people.PROPOSAL_STATE_APPLIED, 100)
    page = await till.mesh.ledger.ListMovements(
        ledger.ListMovementsRequest(program_id=till.program, member=member(ana))
    )
    [movement] = page.movements
    assert [funder.entity_id for funder in movement.accrual.funders] == ["peak"]
    assert movement.accrual.issuer_entity_id == "north"
    await till.redeem(ana, 100, "linden-1", "LINDEN")
    assert (await till.net_positions())["peak"] == -80


async def test_points_taken_leave_the_brands_accruals(till: Till, desk: Office) -> None:
    ben = await till.enroll("ADJ-BEN")
    await till.sell(ben, "ADJ-1", "mall-1", [line(1, "NORTH", 4000), line(2, "PEAK", 5000)])
    assert (await desk.adjust(ben, -30, "PEAK")).wallet.balance == 60
    refused = await refusal_of(desk.adjust(ben, -21, "PEAK"))
    assert refused.reason == "INSUFFICIENT_POINTS"


async def test_a_named_accrual_is_the_only_one_that_loses(till: Till, desk: Office) -> None:
    cat = await till.enroll("ADJ-CAT")
    sold = await till.sell(cat, "ADJ-2", "mall-1", [line(1, "NORTH", 4000), line(2, "NORTH", 5000)])
    second = sold.earned[1].accrual_id
    await desk.adjust(cat, -50, "NORTH", accrual_id=second)
    refused = await refusal_of(desk.adjust(cat, -1, "NORTH", accrual_id=second))
    assert refused.reason == "INSUFFICIENT_POINTS"
    other = await till.enroll("ADJ-OTHER")
    assert (await refusal_of(desk.adjust(other, -1, "NORTH", accrual_id=second))).reason == "ACCRUAL_NOT_FOUND"


async def test_a_retry_gives_nothing_twice(till: Till, desk: Office) -> None:
    dan = await till.enroll("ADJ-DAN")
    first = await desk.adjust(dan, 7, request_id="adj-retry")
    assert await desk.adjust(dan, 7, request_id="adj-retry") == first
    assert (await refusal_of(desk.adjust(dan, 8, request_id="adj-retry"))).reason == "REQUEST_ID_REUSED"
    assert (await till.wallet(dan)).wallet.balance == 7


async def test_above_the_limit_a_second_person_decides(till: Till, desk: Office, chief: Office) -> None:
    eva = await till.enroll("ADJ-EVA")
    proposed = await desk.adjust(eva, ABOVE)
    assert (proposed.state, proposed.wallet.balance) == (people.PROPOSAL_STATE_PROPOSED, 0)
    assert said(await refusal_of(desk.decide(proposed.adjustment_id))) == (
        "PERMISSION_DENIED",
        "ledger.loyalty",
        "SECOND_PERSON_NEEDED",
    )
    approved = await chief.decide(proposed.adjustment_id)
    assert (approved.state, approved.wallet.balance) == (people.PROPOSAL_STATE_APPLIED, ABOVE)
    assert (await refusal_of(chief.decide(proposed.adjustment_id, approve=False))).reason == "ALREADY_DECIDED"


async def test_another_system_with_the_same_operator_is_not_a_second_person(
    stack: LocalStack, till: Till, desk: Office
) -> None:
    fay = await till.enroll("ADJ-FAY")
    proposed = await desk.adjust(fay, ABOVE)
    async with open_office(stack, till, "elsewhere") as same:
        same.operator = desk.operator
        assert (await refusal_of(same.decide(proposed.adjustment_id))).reason == "SECOND_PERSON_NEEDED"


async def test_proposals_are_listed_until_they_are_decided(stack: LocalStack) -> None:
    async with open_till(stack, "adjust-list") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        async with open_office(stack, till, "desk") as desk, open_office(stack, till, "chief") as chief:
            gus = await till.enroll("ADJ-GUS")
            made = [(await desk.adjust(gus, ABOVE + n)).adjustment_id for n in range(3)]
            first = await desk.proposed(size=2)
            rest = await desk.proposed(size=2, token=first.next_page_token)
            listed = [*first.adjustments, *rest.adjustments]
            assert sorted(one.adjustment_id for one in listed) == sorted(made)
            assert rest.next_page_token == ""
            assert {one.member_id for one in listed} == {gus}
            await chief.decide(made[0], approve=False)
            assert len((await desk.proposed()).adjustments) == 2
        assert await till.broken() == []


async def test_brands_and_entities_must_exist(till: Till, desk: Office) -> None:
    hal = await till.enroll("ADJ-HAL")
    assert (await refusal_of(desk.adjust(hal, 1, "NOBODY"))).reason == "BRAND_NOT_FOUND"
    assert (await refusal_of(desk.adjust(hal, 1, currency="EUR"))).reason == "BRAND_NOT_FOUND"
    assert (await refusal_of(desk.adjust(hal, 1, funder="nobody"))).reason == "ENTITY_NOT_FOUND"
    assert (await refusal_of(desk.decide("adj_none"))).reason == "ADJUSTMENT_NOT_FOUND"
