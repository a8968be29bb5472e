"""Well-formed orders that cannot be taken, each with the reason a cashier or integrator can act on; and odd ones that
can."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import member_pb2, order_pb2

from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import events_after, findings_of, heads_of, refusal_of, said, state_of
from tests.support.mesh import Till, line, member, moment, open_till

Change = Callable[[ledger.PostOrderRequest], None]


def request_of(till: Till, request_id: str, buyer: str, *lines: order_pb2.OrderLine) -> ledger.PostOrderRequest:
    listed = lines or (line(1, "NORTH", 4000), line(2, "HARBOR", 9800))
    order = till.order(f"DOC-{request_id}", "mall-1", listed)
    return ledger.PostOrderRequest(program_id=till.program, request_id=request_id, member=member(buyer), order=order)


def other_program(request: ledger.PostOrderRequest) -> None:
    request.program_id = "there-is-none"


def other_member(request: ledger.PostOrderRequest) -> None:
    request.member.member_id = "mem_there_is_none"


def unknown_card(request: ledger.PostOrderRequest) -> None:
    card = member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value="NOBODY-1")
    request.member.CopyFrom(member_pb2.MemberRef(identifier=card))


def at_peak(request: ledger.PostOrderRequest) -> None:
    request.order.location_id = "peak-1"


def in_euros(request: ledger.PostOrderRequest) -> None:
    request.order.currency_code = "EUR"


def nowhere(request: ledger.PostOrderRequest) -> None:
    request.order.location_id = "there-is-none"


def of_no_known_brand(request: ledger.PostOrderRequest) -> None:
    request.order.lines[1].brand_id = "NOBRAND"


REFUSED: dict[str, tuple[Change, tuple[str, str, str], dict[str, str]]] = {
    "unknown program": (
        other_program, ("NOT_FOUND", "ledger.loyalty", "PROGRAM_NOT_FOUND"), {"program_id": "there-is-none"}
    ),
    "unknown location": (
        nowhere, ("NOT_FOUND", "rules.loyalty", "LOCATION_NOT_FOUND"), {"location_id": "there-is-none"}
    ),
    "unknown brand": (
        of_no_known_brand, ("NOT_FOUND", "rules.loyalty", "BRAND_NOT_FOUND"), {"brand_id": "NOBRAND"}
    ),
    "unknown member": (other_member, ("NOT_FOUND", "identity.loyalty", "MEMBER_NOT_FOUND"), {}),
    "unknown card": (unknown_card, ("NOT_FOUND", "identity.loyalty", "MEMBER_NOT_FOUND"), {}),
    "brand not sold here": (
        at_peak, ("FAILED_PRECONDITION", "rules.loyalty", "BRAND_NOT_SOLD_HERE"), {"location_id": "peak-1"}
    ),
    "wrong currency": (
        in_euros,
        ("FAILED_PRECONDITION", "rules.loyalty", "CURRENCY_NOT_ACCEPTED"),
        {"currency_code": "EUR", "accepted": "USD"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_what_cannot_be_taken_is_refused_with_its_reason(stack: LocalStack, shop: Till, case: str) -> None:
    change, expected, facts = REFUSED[case]
    ana = await shop.enroll("REFUSED-ANA")
    request = request_of(shop, f"refused-{case.replace(' ', '-')}", ana)
    change(request)
    async with open_till(stack, "*") as anywhere:
        refusal = await refusal_of(anywhere.mesh.ledger.PostOrder(request))
    assert said(refusal) == expected
    assert facts.items() <= refusal.metadata.items()
    assert all(value in refusal.message for value in facts.values())


@pytest.mark.parametrize("case", [case for case in REFUSED if "program" not in case])
async def test_one_line_that_cannot_be_taken_changes_nothing(shop: Till, case: str) -> None:
    ana = await shop.enroll("REFUSED-NOTHING-ANA")
    before = await state_of(shop, ana)
    request = request_of(shop, "refused-nothing", ana)
    REFUSED[case][0](request)
    await refusal_of(shop.mesh.ledger.PostOrder(request))
    assert await state_of(shop, ana) == before


async def test_an_unknown_member_is_not_repeated_by_value(shop: Till) -> None:
    request = request_of(shop, "refused-personal", "mem_x")
    phone = member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_PHONE, value="+14155550199")
    request.member.CopyFrom(member_pb2.MemberRef(identifier=phone))
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(request))
    assert "4155550199" not in f"{refusal.message} {dict(refusal.metadata)}"


async def test_what_was_refused_for_its_place_may_be_corrected_under_its_id(shop: Till) -> None:
    ana = await shop.enroll("REFUSED-CORRECTED")
    request = request_of(shop, "refused-corrected", ana)
    nowhere(request)
    await refusal_of(shop.mesh.ledger.PostOrder(request))
    request.order.location_id = "mall-1"
    assert (await shop.mesh.ledger.PostOrder(request)).earned_points == 236


async def test_a_preview_is_refused_as_the_order_would_be(shop: Till) -> None:
    ana = await shop.enroll("REFUSED-PREVIEW")
    for case in REFUSED:
        if "program" in case:
            continue
        request = request_of(shop, "refused-preview", ana)
        REFUSED[case][0](request)
        preview = ledger.PreviewOrderRequest(program_id=shop.program, member=request.member, order=request.order)
        refusal = await refusal_of(shop.mesh.ledger.PreviewOrder(preview))
        assert said(refusal) == REFUSED[case][1]


# --- odd orders that are taken


ODD = {
    "zero quantity": (line(1, "NORTH", 4000, quantity=0), 40),
    "zero amount": (line(1, "NORTH", 0), 0),
    "no brand": (line(1, "", 4000), 0),
    "discount line": (
        order_pb2.OrderLine(line_number=1, brand_id="NORTH", net_minor_units=-500, discount_line=True), 0
    ),
    "paid below zero": (
        order_pb2.OrderLine(line_number=1, brand_id="NORTH", net_minor_units=500, paid_minor_units=-100), 0
    ),
    "paid with points": (
        order_pb2.OrderLine(line_number=1, brand_id="NORTH", net_minor_units=500, paid_minor_units=0), 0
    ),
    "highest line number": (line(2**31 - 1, "NORTH", 100), 1),
}  # fmt: skip


@pytest.mark.parametrize("case", ODD)
async def test_an_odd_line_is_kept_and_earns_what_it_should(shop: Till, case: str) -> None:
    odd, points = ODD[case]
    ana = await shop.enroll("ODD-ANA")
    document = f"ODD-{case.replace(' ', '-')}"
    posted = await shop.sell(ana, document, "mall-1", [odd])
    assert posted.earned_points == points
    request = ledger.GetOrderRequest(
        program_id=shop.program, order=order_pb2.OrderRef(source="till-1", document_id=document)
    )
    kept = (await shop.mesh.ledger.GetOrder(request)).order
    expected = shop.order(document, "mall-1", [odd])
    if not odd.HasField("paid_minor_units"):
        expected.lines[0].ClearField("paid_minor_units")
    assert kept.order == expected


async def test_an_order_of_2000_lines_is_taken(shop: Till) -> None:
    ana = await shop.enroll("ODD-LONG")
    posted = await shop.sell(ana, "ODD-LONG", "mall-1", [line(n, "NORTH", 199) for n in range(1, 2001)])
    assert posted.earned_points == 2000


# --- times, in a live program


def dated(till: Till, request_id: str, buyer: str, ahead: timedelta) -> ledger.PostOrderRequest:
    request = request_of(till, request_id, buyer)
    request.order.occur_time.CopyFrom(moment(till.now + ahead))
    return request


TIMES = {
    "ahead": (timedelta(hours=1), "TIME_AHEAD"),
    "late": (timedelta(days=-401), "TOO_LATE"),
    "1970": (timedelta(days=-20_000), "TOO_LATE"),
}


@pytest.mark.parametrize("case", TIMES)
async def test_a_sale_out_of_time_is_refused_and_changes_nothing(live_shop: Till, case: str) -> None:
    ana = await live_shop.enroll("TIMES-ANA")
    before, wallet = await heads_of(live_shop), (await live_shop.wallet(ana)).wallet
    ahead, reason = TIMES[case]
    refusal = await refusal_of(live_shop.mesh.ledger.PostOrder(dated(live_shop, f"times-{case}", ana, ahead)))
    assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", reason)
    # The clock runs here, and the round in the background may book what others are due: only Ana is looked at.
    assert not [event for event in await events_after(live_shop, before) if event.root_member_id == ana]
    after = (await live_shop.wallet(ana)).wallet
    after.as_of_time.CopyFrom(wallet.as_of_time)
    assert after == wallet


@pytest.mark.parametrize("ahead", [timedelta(minutes=4), timedelta(days=-399)], ids=str)
async def test_a_sale_within_the_limits_is_taken(live_shop: Till, ahead: timedelta) -> None:
    ana = await live_shop.enroll("TIMES-WITHIN")
    request = dated(live_shop, f"times-within-{ahead.days}", ana, ahead)
    assert (await live_shop.mesh.ledger.PostOrder(request)).earned_points == 236


async def test_a_mended_clock_may_send_the_sale_again_under_its_id(live_shop: Till) -> None:
    ana = await live_shop.enroll("TIMES-MENDED")
    await refusal_of(live_shop.mesh.ledger.PostOrder(dated(live_shop, "times-mended", ana, timedelta(hours=1))))
    mended = dated(live_shop, "times-mended", ana, timedelta())
    assert (await live_shop.mesh.ledger.PostOrder(mended)).earned_points == 236


async def test_a_preview_ahead_of_time_is_refused_as_the_order_would_be(live_shop: Till) -> None:
    ana = await live_shop.enroll("TIMES-PREVIEW")
    order = dated(live_shop, "times-preview", ana, timedelta(hours=1)).order
    request = ledger.PreviewOrderRequest(program_id=live_shop.program, member=member(ana), order=order)
    assert said(await refusal_of(live_shop.mesh.ledger.PreviewOrder(request)))[2] == "TIME_AHEAD"


async def test_spending_ahead_of_time_is_refused(live_shop: Till) -> None:
    ana = await live_shop.enroll("TIMES-SPEND")
    await live_shop.sell(ana, "TIMES-SPEND", "mall-1", [line(1, "NORTH", 10000)])
    later = Till(live_shop.mesh, live_shop.program, live_shop.now + timedelta(hours=1))
    assert said(await refusal_of(later.redeem(ana, 50, "north-1", "NORTH")))[2] == "TIME_AHEAD"


async def test_a_return_ahead_of_time_is_refused(live_shop: Till) -> None:
    ana = await live_shop.enroll("TIMES-RETURN")
    await live_shop.sell(ana, "TIMES-RETURN", "mall-1", [line(1, "NORTH", 10000)])
    later = Till(live_shop.mesh, live_shop.program, live_shop.now + timedelta(hours=1))
    refusal = await refusal_of(later.give_back("TIMES-R", "north-1", "TIMES-RETURN", {1: None}))
    assert said(refusal)[2] == "TIME_AHEAD"


@pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
async def test_a_return_of_another_age_does_not_move_a_replay_clock(shop: Till, year: int) -> None:
    ana = await shop.enroll(f"TIMES-AGE-{year}")
    await shop.sell(ana, f"TIMES-AGE-{year}", "mall-1", [line(1, "NORTH", 10000)])
    odd = Till(shop.mesh, shop.program, shop.now.replace(year=year))
    refusal = await refusal_of(odd.give_back(f"TIMES-AGE-{year}", "north-1", f"TIMES-AGE-{year}", {1: None}))
    assert said(refusal)[2] == "MALFORMED"


# --- sums that would not fit


async def test_points_that_would_not_fit_are_refused(stack: LocalStack) -> None:
    """A million points a cent, a hundred times over: the largest sale would earn more than 64 bits hold."""
    async with open_till(stack, "hostile-rates") as till:
        rates = {"points: 1, per: 1.00 USD": "points: 1000000, per: 0.01 USD", "factor: 3": "factor: 100"}
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", rates)
        ana = await till.enroll("SUMS-ANA")
        sold = line(1, "PEAK", 10**12, categories=["activewear"])
        refusal = await refusal_of(till.sell(ana, "SUMS-1", "mall-1", [sold]))
        assert said(refusal) == ("OUT_OF_RANGE", "type.loyalty", "AMOUNT_OUT_OF_RANGE")
        assert (await till.wallet(ana)).wallet.version == 0


async def test_a_liability_that_would_not_fit_is_refused(stack: LocalStack) -> None:
    """A point stands for 900 dollars: the points fit, what they stand for does not."""
    async with open_till(stack, "hostile-liability") as till:
        rates = {"points: 1, per: 1.00 USD": "points: 1000000, per: 0.01 USD"}
        rates["liability: 0.008 USD"] = "liability: 900 USD"
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", rates)
        ana = await till.enroll("SUMS-BEA")
        refusal = await refusal_of(till.sell(ana, "SUMS-2", "mall-1", [line(1, "NORTH", 10**12)]))
        assert said(refusal) == ("OUT_OF_RANGE", "type.loyalty", "AMOUNT_OUT_OF_RANGE")
        assert (await till.wallet(ana)).wallet.version == 0
        assert await findings_of(till) == []


@pytest.mark.parametrize("points", [2**63 - 1, 10**12])
async def test_a_value_that_would_not_fit_is_refused(shop: Till, points: int) -> None:
    ana = await shop.enroll("SUMS-QUOTE")
    request = ledger.RedeemPointsRequest(
        program_id=shop.program,
        request_id=f"sums-{points}",
        member=member(ana),
        location_id="peak-1",
        brand_id="PEAK",
        currency_code="USD",
        points=points,
        occur_time=moment(shop.now),
    )
    refusal = await refusal_of(shop.mesh.ledger.RedeemPoints(request))
    assert refusal.reason in ("AMOUNT_OUT_OF_RANGE", "INSUFFICIENT_POINTS")


# --- enrolment


async def test_an_enrolment_is_told_all_its_faults(shop: Till) -> None:
    bad = [
        member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_PHONE, value="0171"),
        member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_EMAIL, value="a\x00@b.de"),
        member_pb2.Identifier(value="x"),
    ]
    request = identity.EnrollMemberRequest(
        program_id="no id", request_id="", identifiers=bad, home_location_id="\u202e"
    )
    refusal = await refusal_of(shop.mesh.identity.EnrollMember(request))
    assert isinstance(refusal, Refusal)
    assert sorted(fault.field for fault in refusal.violations) == [
        "home_location_id",
        "identifiers[0].value",
        "identifiers[1].value",
        "identifiers[2].kind",
        "program_id",
        "request_id",
    ]
