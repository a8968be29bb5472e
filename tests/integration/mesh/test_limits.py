"""Caps and budgets from program files through the stubs: granted, shown, told, explained, freed."""

from collections.abc import AsyncIterator, Iterable
from zlib import crc32

import pytest
from loyalty.ledger.v1 import correction_requests_pb2, limit_pb2, order_pb2, order_requests_pb2, read_requests_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.rules.v1 import program_pb2
from loyalty.type.v1 import order_pb2 as sales

from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.support.mesh import Till, line, member, moment, open_till

BASKET = PROGRAMS / "worked-basket"
LIMITS = """
caps:
  north-daily: {rules: north-base, per: member, window: day, points: 100, warn_at: 50%}
  north-line: {rules: north-base, per: line, points: 80}

budgets:
  harbor-pot: {rules: harbor-base, points: 500, warn_at: [50%, 80%]}
  harbor-here: {rules: harbor-base, per: location, window: month, points: 300}
  peak-offer: {offer: activewear-triple, money: 1.00 USD}

earn_rules:
"""


@pytest.fixture
async def till(stack: LocalStack, request: pytest.FixtureRequest) -> AsyncIterator[Till]:
    program = f"limits-{crc32(request.node.name.encode()):x}"
    async with open_till(stack, program) as till:
        await till.apply(BASKET, "worked-basket", {"\nearn_rules:\n": LIMITS})
        await till.known()
        yield till
        assert await till.broken() == []


def shown(earned: Iterable[order_pb2.EarnedPoints]) -> list[tuple[int, int, str]]:
    return [(one.desired, one.granted, one.trimmed_by_limit_id) for one in earned]


def usages(limits: Iterable[limit_pb2.LimitUsage]) -> list[tuple[str, str, int, int | None]]:
    return [
        (one.limit_id, one.window_key, one.used_points, one.left_points if one.HasField("left_points") else None)
        for one in limits
    ]


async def budgets(till: Till, **more: object) -> limit_pb2.ListLimitsResponse:
    return await till.mesh.ledger.ListLimits(limit_pb2.ListLimitsRequest(program_id=till.program, **more))  # type: ignore[arg-type]


async def preview(till: Till, who: str, lines: list[sales.OrderLine]) -> ledger.PreviewOrderResponse:
    order = till.order("preview", "mall-1", lines)
    request = ledger.PreviewOrderRequest(program_id=till.program, member=member(who), order=order)
    return await till.mesh.ledger.PreviewOrder(request)


async def events_of(till: Till) -> list[ledger.StreamEventsResponse]:
    request = ledger.StreamEventsRequest(program_id=till.program, stop_at_head=True)
    return [one async for one in till.mesh.ledger.StreamEvents(request) if one.HasField("event")]


async def test_a_members_cap_trims_and_names_itself(till: Till) -> None:
    ana = await till.enroll("CARD-1")

    first = await till.sell(ana, "A", "mall-1", [line(1, "NORTH", 9000), line(2, "NORTH", 5000)])
    second = await till.sell(ana, "B", "mall-1", [line(1, "NORTH", 1000)])

    assert shown(first.earned) == [(90, 80, "north-line"), (50, 20, "north-daily")]
    assert shown(second.earned) == [(10, 0, "north-daily")]
    assert (second.earned[0].accrual_id, second.earned_points, second.wallet.balance) == ("", 0, 100)


async def test_a_preview_shows_what_would_be_granted_now(till: Till) -> None:
    ana = await till.enroll("CARD-1")
    await till.sell(ana, "A", "mall-1", [line(1, "NORTH", 7000)])

    seen = await preview(till, ana, [line(1, "NORTH", 5000), line(2, "HARBOR", 20000)])

    assert shown(seen.earned) == [(50, 30, "north-daily"), (400, 300, "harbor-here")]
    assert (seen.points, seen.granted_points) == (450, 330)
    assert usages(seen.limits) == [("north-daily", "2026-03-02", 70, 30)]
    assert seen.limits[0].holder == program_pb2.LIMIT_HOLDER_MEMBER


async def test_budgets_of_the_program_and_of_places_are_counted_and_listed(till: Till) -> None:
    ana = await till.enroll("CARD-1")
    here = await till.sell(ana, "A", "mall-1", [line(1, "HARBOR", 20000)])
    there = await till.sell(ana, "B", "harbor-1", [line(1, "HARBOR", 20000)])

    assert shown(here.earned) == [(400, 300, "harbor-here")]
    assert shown(there.earned) == [(400, 200, "harbor-pot")]
    listed = await budgets(till)
    assert usages(listed.limits) == [
        ("harbor-here", "2026-03 harbor-1", 200, 100),
        ("harbor-here", "2026-03 mall-1", 300, 0),
        ("harbor-pot", "ever", 500, 0),
    ]


async def test_budgets_are_listed_page_by_page(till: Till) -> None:
    ana = await till.enroll("CARD-1")
    await till.sell(ana, "A", "mall-1", [line(1, "HARBOR", 100)])
    await till.sell(ana, "B", "harbor-1", [line(1, "HARBOR", 100)])
    whole, token = [], ""
    while True:
        page = await budgets(till, page_size=2, page_token=token)
        whole += usages(page.limits)
        token = page.next_page_token
        if not token:
            break

    assert whole == usages((await budgets(till)).limits)
    assert len(whole) == 3
    assert usages((await budgets(till, limit_id="harbor-pot")).limits) == [("harbor-pot", "ever", 4, 496)]
    with pytest.raises(Refusal, match="CURSOR_INVALID"):
        await budgets(till, limit_id="harbor-pot", page_token=(await budgets(till, page_size=1)).next_page_token)


async def test_money_of_an_offer_is_what_its_points_stand_for(till: Till) -> None:
    ana = await till.enroll("CARD-1")

    # 1.00 USD at 0.8 cents a point: 125 points stand for it.
    answer = await till.sell(ana, "A", "mall-1", [line(1, "PEAK", 10000, categories=["activewear"])])

    assert shown(answer.earned) == [(100, 100, ""), (200, 125, "peak-offer")]
    [offer] = (await budgets(till)).limits
    assert (offer.used_money.minor_units, offer.limit_money.minor_units, offer.left_money.minor_units) == (100, 100, 0)
    assert not offer.HasField("limit_points")


async def test_a_return_gives_back_what_it_frees(till: Till) -> None:
    ana, ben = await till.enroll("CARD-1"), await till.enroll("CARD-2")
    await till.sell(ana, "A", "mall-1", [line(1, "HARBOR", 15000), line(2, "NORTH", 8000)])
    assert shown((await till.sell(ben, "B", "mall-1", [line(1, "HARBOR", 1000)])).earned) == [(20, 0, "harbor-here")]

    await till.give_back("R", "mall-1", "A", {1: None, 2: None})

    assert shown((await till.sell(ben, "C", "mall-1", [line(1, "HARBOR", 1000)])).earned) == [(20, 20, "")]
    seen = await preview(till, ana, [line(1, "NORTH", 100)])
    assert usages(seen.limits) == [("north-daily", "2026-03-02", 0, 100)]


async def test_marks_are_told_in_events_once(till: Till) -> None:
    ana = await till.enroll("CARD-1")
    for number, net in enumerate((4000, 2000, 4000, 1000), start=1):
        await till.sell(ana, f"A{number}", "mall-1", [line(1, "NORTH", net)])

    told = [
        (reached.limit_id, reached.window_key, reached.basis_points)
        for one in await events_of(till)
        for reached in one.event.limits_reached
    ]

    assert told == [("north-daily", "2026-03-02", 5_000), ("north-daily", "2026-03-02", 10_000)]


async def test_marks_of_a_budget_are_told_when_a_lane_draws_and_at_its_end(till: Till) -> None:
    ana = await till.enroll("CARD-1")
    for number, (place, net) in enumerate(
        (("mall-1", 10000), ("harbor-1", 5000), ("mall-1", 5000), ("harbor-1", 9000))
    ):
        await till.sell(ana, f"A{number}", place, [line(1, "HARBOR", net)])

    told = [
        [reached.basis_points for reached in one.event.limits_reached if reached.limit_id == "harbor-pot"]
        for one in await events_of(till)
    ]

    assert told == [[], [5_000], [8_000], [10_000]]


async def test_a_claim_is_granted_what_limits_leave(till: Till) -> None:
    ana = await till.enroll("CARD-1")
    order = till.order("N", "mall-1", [line(1, "NORTH", 7000), line(2, "NORTH", 7000)])
    posted = ledger.PostOrderRequest(program_id=till.program, request_id="nobody", anonymous=True, order=order)
    await till.mesh.ledger.PostOrder(posted)
    claim = order_requests_pb2.ClaimOrderRequest(
        program_id=till.program,
        request_id="claim",
        member=member(ana),
        order=sales.OrderRef(source="till-1", document_id="N"),
        occur_time=moment(till.now),
    )

    answer = await till.mesh.ledger.ClaimOrder(claim)

    assert shown(answer.earned) == [(70, 70, ""), (70, 30, "north-daily")]


async def test_a_sale_decided_again_as_it_was_changes_nothing(till: Till) -> None:
    ana = await till.enroll("CARD-1")
    await till.sell(ana, "A", "mall-1", [line(1, "NORTH", 7000), line(2, "NORTH", 7000)])
    revision = (await till.sell(ana, "B", "mall-1", [line(1, "NORTH", 7000)])).revision
    compare = correction_requests_pb2.CompareRevisionsRequest(program_id=till.program, revision=revision)

    told = [one async for one in till.mesh.ledger.CompareRevisions(compare)]

    assert (told[-1].summary.orders, told[-1].summary.changed_orders) == (2, 0)


async def test_an_explanation_says_what_a_limit_left(till: Till) -> None:
    ana = await till.enroll("CARD-1")
    await till.sell(ana, "A", "mall-1", [line(1, "NORTH", 7000)])
    answer = await till.sell(ana, "B", "mall-1", [line(1, "NORTH", 5000)])
    request = read_requests_pb2.ExplainAccrualRequest(
        program_id=till.program, member=member(ana), accrual_id=answer.earned[0].accrual_id
    )

    explained = await till.mesh.ledger.ExplainAccrual(request)

    assert (explained.accrual.desired, explained.accrual.granted) == (50, 30)
    assert [(one.limit_id, one.window_key) for one in explained.accrual.limits] == [("north-daily", "2026-03-02")]
    assert explained.judgements[0].explanation.endswith(
        "Of 50 points limit north-daily (at most 100 points, 2026-03-02) left 30."
    )


async def test_a_budget_that_the_program_has_no_more_is_listed_as_it_was(till: Till) -> None:
    ana = await till.enroll("CARD-1")
    await till.sell(ana, "A", "harbor-1", [line(1, "HARBOR", 1000)])
    before = await budgets(till)

    await till.apply(BASKET, "worked-basket")
    sold = await till.sell(ana, "B", "harbor-1", [line(1, "HARBOR", 90000)])

    assert shown(sold.earned) == [(1800, 1800, "")]
    after = await budgets(till)
    assert list(after.limits) == list(before.limits)
    assert [one.holder for one in after.limits] == [
        program_pb2.LIMIT_HOLDER_LOCATION,
        program_pb2.LIMIT_HOLDER_PROGRAM,
    ]


async def test_budgets_of_which_nothing_was_used_are_not_listed(till: Till) -> None:
    assert list((await budgets(till)).limits) == []
    with pytest.raises(Refusal, match="PROGRAM_NOT_ALLOWED"):
        await till.mesh.ledger.ListLimits(limit_pb2.ListLimitsRequest(program_id="no-such-program"))
