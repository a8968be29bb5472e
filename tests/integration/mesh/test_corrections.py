"""Corrections through the four services: one line, and many orders by a plan that a second person applies."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.hostile import refusal_of
from tests.integration.mesh.people import Office, open_office
from tests.support.mesh import Till, line, moment, open_till

BASKET = PROGRAMS / "worked-basket"
BETTER = {"multiplier: {factor: 3}": "multiplier: {factor: 4}"}
"""The revision that should have judged: activewear earns four times."""
GENEROUS = {
    "per_amount: {points: 1, per: 1.00 USD}\n  harbor-base": "per_amount: {points: 2, per: 1.00 USD}\n  harbor-base"
}
"""North gives twice as much."""


@pytest.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, "correct-test") as till:
        await till.apply(BASKET, "worked-basket")
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


async def order_of(till: Till, sale: str) -> ledger.GetOrderResponse:
    ref = order_pb2.OrderRef(source="till-1", document_id=sale)
    return await till.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=till.program, order=ref))


async def test_a_wrong_price_is_corrected_and_the_order_shows_it(till: Till, desk: Office) -> None:
    ana = await till.enroll("COR-ANA")
    await till.sell(ana, "COR-1", "mall-1", [line(1, "NORTH", 4000), line(2, "HARBOR", 9800)])
    answer = await desk.correct("COR-1", line(1, "NORTH", 3000))
    [one] = answer.corrected
    assert (one.granted_before, one.granted_after, one.points) == (40, 30, -10)
    order = (await order_of(till, "COR-1")).order
    assert (order.order.total_minor_units, order.order.lines[0].net_minor_units) == (12800, 3000)
    assert (await till.wallet(ana)).wallet.balance == 226


async def test_a_retry_corrects_once(till: Till, desk: Office) -> None:
    ben = await till.enroll("COR-BEN")
    await till.sell(ben, "COR-2", "north-1", [line(1, "NORTH", 4000)])
    first = await desk.correct("COR-2", line(1, "NORTH", 6000), "north-1", request_id="cor-retry")
    again = await desk.correct("COR-2", line(1, "NORTH", 6000), "north-1", request_id="cor-retry")
    assert again == first
    refused = await refusal_of(desk.correct("COR-2", line(1, "NORTH", 7000), "north-1", request_id="cor-retry"))
    assert refused.reason == "REQUEST_ID_REUSED"
    assert (await till.wallet(ben)).wallet.balance == 60


async def test_returns_before_and_after_a_correction_end_at_nothing(till: Till, desk: Office) -> None:
    cat = await till.enroll("COR-CAT")
    await till.sell(cat, "COR-3", "north-1", [line(1, "NORTH", 3000, quantity=3)])
    await till.give_back("COR-R1", "north-1", "COR-3", {1: 1})
    await desk.correct("COR-3", line(1, "NORTH", 6000, quantity=3), "north-1")
    assert (await till.wallet(cat)).wallet.balance == 40
    await till.give_back("COR-R2", "north-1", "COR-3", {1: 1})
    await till.give_back("COR-R3", "north-1", "COR-3", {1: 1})
    assert (await till.wallet(cat)).wallet.balance == 0


@pytest.mark.parametrize("corrected", [(50,), (20_000,), (30, 20_000)])
async def test_the_rest_of_a_corrected_line_is_returned_by_amount(
    till: Till, desk: Office, corrected: tuple[int, ...]
) -> None:
    who = await till.enroll(f"COR-REST-{len(corrected)}-{corrected[0]}")
    sale, counter = f"COR-REST-{corrected[0]}-{corrected[-1]}", Counter(till, "REST")
    await till.sell(who, sale, "mall-1", [line(1, "HARBOR", 100)])
    await counter.bring("BACK", share(sale, 1, cents=30))
    for amount in corrected:
        await desk.correct(sale, line(1, "HARBOR", amount))
    assert await till.broken() == []
    await counter.bring("REST", share(sale, 1, cents=corrected[-1] - 30))
    assert (await till.wallet(who)).wallet.balance == 0


async def test_points_spent_already_become_debt(till: Till, desk: Office) -> None:
    dan = await till.enroll("COR-DAN")
    await till.sell(dan, "COR-4", "harbor-1", [line(1, "HARBOR", 5000)])
    await till.redeem(dan, 100, "linden-1", "LINDEN")
    answer = await desk.correct("COR-4", line(1, "HARBOR", 2000), "harbor-1")
    assert (answer.wallet.balance, answer.wallet.debt) == (-60, 60)
    more = await till.sell(dan, "COR-5", "north-1", [line(1, "NORTH", 8000)])
    assert (more.repaid_points, more.wallet.balance) == (60, 20)


async def test_what_cannot_be_corrected_is_refused(till: Till, desk: Office) -> None:
    eva = await till.enroll("COR-EVA")
    await till.sell(eva, "COR-6", "north-1", [line(1, "NORTH", 3000, quantity=3)])
    await till.give_back("COR-R4", "north-1", "COR-6", {1: 2})
    for wrong in (
        line(1, "NORTH", 1000, quantity=1),
        line(1, "NORTH", 1000, quantity=3, sku="OTHER"),
        line(1, "PEAK", 1000, quantity=3),
        line(9, "NORTH", 1000),
    ):
        assert (await refusal_of(desk.correct("COR-6", wrong, "north-1"))).reason == "NOT_CORRECTABLE"
    assert (await refusal_of(desk.correct("NONE", line(1, "NORTH", 1)))).reason == "ORDER_NOT_FOUND"
    assert (await refusal_of(desk.correct("COR-6", line(1, "NORTH", 1), "nowhere"))).reason == "LOCATION_NOT_FOUND"


async def test_a_cancelled_sale_and_one_that_nobody_claimed_are_not_corrected(till: Till, desk: Office) -> None:
    counter = Counter(till, "north-1")
    ivy = await till.enroll("COR-IVY")
    await till.sell(ivy, "COR-7", "north-1", [line(1, "NORTH", 3000)])
    await counter.cancel_sale("COR-7")
    await counter.sell_to_nobody("COR-8", [line(1, "NORTH", 3000)])
    for sale in ("COR-7", "COR-8"):
        assert (await refusal_of(desk.correct(sale, line(1, "NORTH", 1000), "north-1"))).reason == "NOT_CORRECTABLE"


async def test_what_could_not_be_corrected_is_refused_again_under_its_id(till: Till, desk: Office) -> None:
    counter = Counter(till, "north-1")
    joe = await till.enroll("COR-JOE")
    await counter.sell_to_nobody("COR-9", [line(1, "NORTH", 3000)])
    refused = await refusal_of(desk.correct("COR-9", line(1, "NORTH", 1000), "north-1", request_id="cor-early"))
    assert (refused.reason, refused.metadata["why"]) == ("NOT_CORRECTABLE", "it is CLAIMABLE")
    await counter.claim(joe, "COR-9")
    # The desk has acted on it, although the sale could be corrected by now.
    again = await refusal_of(desk.correct("COR-9", line(1, "NORTH", 1000), "north-1", request_id="cor-early"))
    assert (again.reason, again.metadata["why"]) == ("NOT_CORRECTABLE", "it is CLAIMABLE")
    assert (await desk.correct("COR-9", line(1, "NORTH", 1000), "north-1")).wallet.balance == 10


async def test_a_line_that_was_never_sold_is_refused_for_good_too(till: Till, desk: Office) -> None:
    kim = await till.enroll("COR-KIM")
    await till.sell(kim, "COR-10", "north-1", [line(1, "NORTH", 3000)])
    refused = await refusal_of(desk.correct("COR-10", line(9, "NORTH", 1000), "north-1", request_id="cor-line"))
    assert refused.reason == "NOT_CORRECTABLE"
    other = await refusal_of(desk.correct("COR-10", line(1, "NORTH", 1000), "north-1", request_id="cor-line"))
    assert other.reason == "REQUEST_ID_REUSED"


async def test_a_sale_that_cannot_be_corrected_any_more_is_skipped(stack: LocalStack) -> None:
    async with open_till(stack, "plan-skip") as till:
        await till.apply(BASKET, "worked-basket")
        async with open_office(stack, till, "desk") as desk, open_office(stack, till, "chief") as chief:
            jan = await till.enroll("SKIP-JAN")
            for sale in ("SKIP-1", "SKIP-2"):
                await till.sell(jan, sale, "peak-1", [line(1, "PEAK", 1000, categories=["activewear"])])
            plan = await desk.plan(await till.apply(BASKET, "worked-basket", BETTER))
            await Counter(till, "peak-1").cancel_sale("SKIP-1")
            done = await chief.apply(plan.correction_id)
            assert (done.state, done.applied_orders, done.skipped_orders) == (people.PROPOSAL_STATE_APPLIED, 1, 1)
            assert (await till.wallet(jan)).wallet.balance == 40
        assert await till.broken() == []


async def test_a_plan_moves_nothing_until_a_second_person_applies_it(stack: LocalStack) -> None:
    async with open_till(stack, "plan-test") as till:
        await till.apply(BASKET, "worked-basket")
        async with open_office(stack, till, "desk") as desk, open_office(stack, till, "chief") as chief:
            members = [await till.enroll(f"PLAN-{n}") for n in range(4)]
            for n, one in enumerate(members):
                goods = [line(1, "PEAK", 6000, categories=["activewear"]), line(2, "HARBOR", 1000)]
                await till.sell(one, f"PLAN-{n}", "mall-1", goods if n else goods[1:])
            await till.redeem(members[1], 190, "linden-1", "LINDEN")
            await till.give_back("PLAN-R", "peak-1", "PLAN-2", {1: None})
            better = await till.apply(BASKET, "worked-basket", BETTER)

            plan = await desk.plan(better)
            # Of three leggings one came back: two members gain 60 each.
            [effect] = plan.effects
            assert (plan.state, plan.orders, plan.changed_orders) == (people.PROPOSAL_STATE_PROPOSED, 4, 3)
            assert (effect.brand_id, effect.gaining_members, effect.gained_points) == ("PEAK", 2, 120)
            assert [(money.currency_code, money.minor_units) for money in effect.liability] == [("USD", 96)]
            assert [(await till.wallet(one)).wallet.balance for one in members] == [20, 10, 20, 200]

            assert (await refusal_of(desk.apply(plan.correction_id))).reason == "SECOND_PERSON_NEEDED"
            done = await chief.apply(plan.correction_id)
            assert (done.state, done.applied_orders, done.skipped_orders) == (people.PROPOSAL_STATE_APPLIED, 3, 0)
            assert [(await till.wallet(one)).wallet.balance for one in members] == [20, 70, 20, 260]
            assert await chief.apply(plan.correction_id) == done
            assert await desk.correction(plan.correction_id) == done
            order = (await order_of(till, "PLAN-3")).order
            assert (order.revision, list(order.correction_ids)) == (better, [plan.correction_id])

            # Judged by the plan's revision from now on, a corrected line keeps what the plan gave.
            await desk.correct("PLAN-3", line(2, "HARBOR", 2000))
            assert (await till.wallet(members[3])).wallet.balance == 280
        assert await till.broken() == []


async def test_a_plan_that_takes_points_tells_what_was_spent(stack: LocalStack) -> None:
    async with open_till(stack, "plan-loss") as till:
        generous = await till.apply(BASKET, "worked-basket", GENEROUS)
        async with open_office(stack, till, "desk") as desk, open_office(stack, till, "chief") as chief:
            ana, ben = await till.enroll("LOSS-ANA"), await till.enroll("LOSS-BEN")
            for one, sale in ((ana, "LOSS-1"), (ben, "LOSS-2")):
                assert (await till.sell(one, sale, "north-1", [line(1, "NORTH", 5000)])).wallet.balance == 100
            await till.redeem(ana, 80, "linden-1", "LINDEN")
            right = await till.apply(BASKET, "worked-basket")
            assert right != generous
            plan = await desk.plan(right)
            [effect] = plan.effects
            assert (effect.losing_members, effect.lost_points, effect.spent_points) == (2, 100, 30)
            assert effect.liability[0].minor_units == -80
            await chief.apply(plan.correction_id)
            assert (await till.wallet(ana)).wallet.balance == -30
            assert (await till.wallet(ben)).wallet.balance == 50
        assert await till.broken() == []


async def test_the_scope_chooses_orders(till: Till, desk: Office) -> None:
    fay, gus = await till.enroll("SCOPE-FAY"), await till.enroll("SCOPE-GUS")
    usual = till.now
    till.now = datetime(2026, 4, 1, 12, tzinfo=UTC)
    start, end = moment(till.now), moment(till.now + timedelta(hours=2))
    await till.sell(fay, "SCOPE-1", "mall-1", [line(1, "NORTH", 1000)])
    await till.sell(gus, "SCOPE-2", "peak-1", [line(1, "PEAK", 1000)])
    till.now += timedelta(hours=2)
    await till.sell(fay, "SCOPE-3", "mall-1", [line(1, "NORTH", 1000)])
    revision = (await order_of(till, "SCOPE-1")).order.revision
    till.now = usual
    for count, scope in (
        (3, people.CorrectionScope(start_time=start)),
        (2, people.CorrectionScope(start_time=start, end_time=end)),
        (1, people.CorrectionScope(start_time=start, brand_ids=["PEAK"])),
        (1, people.CorrectionScope(start_time=start, location_ids=["peak-1"])),
        (2, people.CorrectionScope(start_time=start, member_ids=[fay])),
        (0, people.CorrectionScope(start_time=start, member_ids=[fay], brand_ids=["PEAK"])),
    ):
        assert (await desk.plan(revision, scope)).orders == count


async def test_a_plan_is_made_once_for_a_request(till: Till, desk: Office, chief: Office) -> None:
    hal = await till.enroll("ONCE-HAL")
    sold = await till.sell(hal, "ONCE-1", "mall-1", [line(1, "NORTH", 1000)])
    scope = people.CorrectionScope(member_ids=[hal])
    first = await desk.plan(sold.revision, scope, request_id="plan-once")
    await till.sell(hal, "ONCE-2", "mall-1", [line(1, "NORTH", 1000)])
    assert await desk.plan(sold.revision, scope, request_id="plan-once") == first
    assert (await refusal_of(desk.plan(sold.revision, request_id="plan-once"))).reason == "REQUEST_ID_REUSED"
    assert (await refusal_of(chief.apply("cor_none"))).reason == "CORRECTION_NOT_FOUND"
    assert (await refusal_of(chief.correction("cor_none"))).reason == "CORRECTION_NOT_FOUND"


async def test_a_request_id_of_a_plan_is_no_other_calls(till: Till, desk: Office) -> None:
    """In either order: what was used for a plan, and what a plan is asked for under."""
    gil = await till.enroll("IDS-GIL")
    sold = await till.sell(gil, "IDS-1", "mall-1", [line(1, "NORTH", 1000)])
    scope = people.CorrectionScope(member_ids=[gil])
    await desk.plan(sold.revision, scope, request_id="plan-first")
    refused = await refusal_of(desk.adjust(gil, 5, request_id="plan-first"))
    assert refused.reason == "REQUEST_ID_REUSED"
    await desk.adjust(gil, 5, request_id="command-first")
    refused = await refusal_of(desk.plan(sold.revision, scope, request_id="command-first"))
    assert refused.reason == "REQUEST_ID_REUSED"
    assert (await till.wallet(gil)).wallet.balance == 15


async def test_a_revision_that_never_was_is_refused(till: Till, desk: Office) -> None:
    ida = await till.enroll("NEVER-IDA")
    await till.sell(ida, "NEVER-1", "mall-1", [line(1, "NORTH", 1000)])
    assert (await refusal_of(desk.plan("rev_none"))).reason == "REVISION_NOT_FOUND"
    nobody = people.CorrectionScope(location_ids=["harbor-1"], start_time=moment(datetime(2030, 1, 1, tzinfo=UTC)))
    assert (await refusal_of(desk.plan("rev_none", nobody))).reason == "REVISION_NOT_FOUND"
