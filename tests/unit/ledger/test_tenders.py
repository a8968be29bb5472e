"""Points that pay for an order: captured in its commit or attached, split over its lines, and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.commands import Tender
from ledger_service.domain.fingerprints import order_intent
from ledger_service.domain.hold import HoldState
from ledger_service.domain.movement import MovementKind
from ledger_service.domain.order import OrderLine, ReturnBasis
from ledger_service.domain.redemption import redemption_key, tender_redemption_id_of
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_spend import PureSpending, attaching, capturing

LINDEN = terms("linden", "4/5", {"north": "1", "harbor": "1"})
PEAK = terms("peak", "1", {"north": "1", "harbor": "1"})


@pytest.fixture
def spending() -> PureSpending:
    """Ana has 40 of North's and 60 of Harbor's."""
    ledger = PureLedger()
    for brand, points in (("north", 40), ("harbor", 60)):
        ledger.post_order("ana", f"{brand}-sale", [sold(1, 1000, brand)], [award(1, points, brand)])
        ledger.pass_time(timedelta(minutes=1))
    return PureSpending(ledger)


def held(spending: PureSpending, points: int = 50) -> str:
    return spending.authorize("ana", points, LINDEN).authorization.authorization_id


def lines_of(spending: PureSpending, redemption_id: str) -> list[tuple[int, int, int]]:
    """Line, points and value of a redemption's pieces."""
    return [(one.line_number, one.points, one.value) for one in spending.redemption(redemption_id).pieces]


def test_an_authorization_is_captured_with_the_sale(spending: PureSpending) -> None:
    authorization_id = held(spending)
    answer = spending.sell("ana", "new", [sold(1, 500, "linden")], [capturing(authorization_id)])
    [redemption] = answer.redemptions
    assert (redemption.points, redemption.value.minor_units) == (50, 40)
    assert (redemption.authorization_id, redemption.order_id) == (authorization_id, answer.order_id)
    assert spending.hold(authorization_id).state is HoldState.CLEARED
    assert spending.ledger.state.orders["prg", answer.order_id].redemptions == (redemption.redemption_id,)


def test_the_sale_earns_after_it_was_paid_for(spending: PureSpending) -> None:
    sold_lines, given = [sold(1, 500, "linden")], [award(1, 7, "linden")]
    answer = spending.sell("ana", "new", sold_lines, [capturing(held(spending, 100))], given)
    kinds = [recorded.movement.kind for recorded in spending.ledger.events[-1].movements]
    assert kinds == [MovementKind.REDEEMED, MovementKind.REDEEMED, MovementKind.EARNED]
    assert answer.wallet.balance == 7


def test_a_sales_own_points_cannot_pay_for_it(spending: PureSpending) -> None:
    authorization_id = held(spending, 100)
    with pytest.raises(Refusal, match="CAPTURE_EXCEEDS_HOLD"):
        spending.sell(
            "ana", "new", [sold(1, 500, "linden")], [capturing(authorization_id, 107)], [award(1, 7, "linden")]
        )


def test_each_movement_names_the_brand_that_it_pays_at(spending: PureSpending) -> None:
    """The sale's event cannot: its tenders are of two brands."""
    at_peak = spending.authorize("ana", 20, PEAK).authorization.authorization_id
    lines = [sold(1, 500, "linden"), sold(2, 500, "peak")]
    spending.sell("ana", "new", lines, [capturing(held(spending, 20)), capturing(at_peak)], [award(1, 7, "linden")])
    event = spending.ledger.events[-1]
    settlements = [recorded.movement.settlement for recorded in event.movements]
    assert event.brand == ""
    assert [(one.place_entity, one.place_brand) for one in settlements] == [
        ("linden", "linden"),
        ("peak", "peak"),
        ("", ""),
    ]


def test_points_go_to_the_redeeming_brands_lines_by_amount(spending: PureSpending) -> None:
    lines = [sold(1, 100, "north"), sold(2, 300, "linden"), sold(3, 100, "linden")]
    [redemption] = spending.sell("ana", "new", lines, [capturing(held(spending))]).redemptions
    # 50 points over 300 : 100 are 37.5 : 12.5; the tie goes to the lower line. 40 cents over 38 : 12.
    assert [(line.line_number, line.points, line.value.minor_units) for line in redemption.lines] == [
        (2, 38, 30),
        (3, 12, 10),
    ]


def test_each_movement_carries_the_line_that_it_pays(spending: PureSpending) -> None:
    lines = [sold(2, 300, "linden"), sold(3, 100, "linden")]
    spending.sell("ana", "new", lines, [capturing(held(spending))])
    # North's 40 are burnt first: 38 for line 2, 2 for line 3; then Harbor's 10.
    assert spending.moved(MovementKind.REDEEMED) == [(2, 38, 30), (3, 2, 2), (3, 10, 8)]


def test_lines_of_other_brands_pay_if_there_are_none_of_the_redeeming(spending: PureSpending) -> None:
    lines = [sold(1, 100, "north"), sold(2, 100, "harbor")]
    [redemption] = spending.sell("ana", "new", lines, [capturing(held(spending))]).redemptions
    assert [(line.line_number, line.points) for line in redemption.lines] == [(1, 25), (2, 25)]


def test_lines_of_nothing_and_discounts_are_not_paid(spending: PureSpending) -> None:
    discount = OrderLine(3, "linden", "off", (), 1, None, -50, None, True)
    lines = [sold(1, 0, "linden"), sold(2, 300, "linden"), discount]
    [redemption] = spending.sell("ana", "new", lines, [capturing(held(spending))]).redemptions
    assert [line.line_number for line in redemption.lines] == [2]


def test_the_till_may_say_which_lines_are_paid(spending: PureSpending) -> None:
    lines = [sold(1, 100, "north"), sold(2, 300, "linden")]
    tender = capturing(held(spending), 0, (2, 20), (1, 30))
    [redemption] = spending.sell("ana", "new", lines, [tender]).redemptions
    assert [(line.line_number, line.points) for line in redemption.lines] == [(1, 30), (2, 20)]


def test_a_part_is_captured_and_the_rest_stays_held(spending: PureSpending) -> None:
    authorization_id = held(spending)
    answer = spending.sell("ana", "new", [sold(1, 500, "linden")], [capturing(authorization_id, 20)])
    assert (answer.wallet.held, spending.hold(authorization_id).state) == (30, HoldState.OPEN)


def test_the_rest_can_be_released_with_the_sale(spending: PureSpending) -> None:
    authorization_id = held(spending)
    answer = spending.sell("ana", "new", [sold(1, 500, "linden")], [capturing(authorization_id, 20, release_rest=True)])
    assert (answer.wallet.held, answer.wallet.available) == (0, 80)


def test_shipments_of_one_basket_are_worth_what_the_whole_is(spending: PureSpending) -> None:
    authorization_id = held(spending, 9)
    worth = [
        spending.sell("ana", f"part-{number}", [sold(1, 500, "linden")], [capturing(authorization_id, 3)])
        .redemptions[0]
        .value.minor_units
        for number in range(3)
    ]
    assert worth == [2, 2, 3]


def test_several_brands_are_paid_in_one_sale(spending: PureSpending) -> None:
    at_linden, at_peak = held(spending, 40), spending.authorize("ana", 30, PEAK).authorization.authorization_id
    lines = [sold(1, 200, "linden"), sold(2, 200, "peak")]
    answer = spending.sell("ana", "new", lines, [capturing(at_peak), capturing(at_linden)])
    found = [(one.brand, one.value.minor_units, one.lines[0].line_number) for one in answer.redemptions]
    assert found == [("peak", 30, 2), ("linden", 32, 1)]


def test_debt_that_lay_under_the_hold_is_repaid_with_the_sale(spending: PureSpending) -> None:
    authorization_id = held(spending, 40)
    spending.ledger.give_back("ana", "back", "north-sale", {1: (ReturnBasis.WHOLE, None)})
    answer = spending.sell("ana", "new", [sold(1, 500, "linden")], [capturing(authorization_id)])
    assert (answer.wallet.debt, answer.wallet.available) == (0, 20)


# --- redemptions made before


def test_a_redemption_is_attached_to_the_sale(spending: PureSpending) -> None:
    spent = spending.ledger.redeem("ana", 50, LINDEN).redemption.redemption_id
    lines = [sold(2, 300, "linden"), sold(3, 100, "linden")]
    answer = spending.sell("ana", "new", lines, [attaching(spent)])
    assert answer.redemptions[0].order_id == answer.order_id
    assert spending.ledger.events[-1].movements == ()


def test_its_movements_are_split_over_the_lines_without_changing(spending: PureSpending) -> None:
    spent = spending.ledger.redeem("ana", 50, LINDEN).redemption.redemption_id
    # North's 40 points were worth 32, Harbor's 10 worth 8.
    spending.sell("ana", "new", [sold(2, 300, "linden"), sold(3, 100, "linden")], [attaching(spent)])
    assert lines_of(spending, spent) == [(2, 38, 30), (3, 2, 2), (3, 10, 8)]


def test_a_capture_can_be_attached_too(spending: PureSpending) -> None:
    spent = spending.capture("ana", held(spending)).redemption.redemption_id
    answer = spending.sell("ana", "new", [sold(1, 500, "linden")], [attaching(spent)])
    assert answer.redemptions[0].redemption_id == spent


def test_a_redemption_pays_for_one_order_only(spending: PureSpending) -> None:
    spent = spending.ledger.redeem("ana", 50, LINDEN).redemption.redemption_id
    spending.sell("ana", "new", [sold(1, 500, "linden")], [attaching(spent)])
    refused(spending, "it pays for an order already", [sold(1, 500, "linden")], attaching(spent))


def test_what_a_sale_captured_cannot_be_attached_to_another(spending: PureSpending) -> None:
    answer = spending.sell("ana", "new", [sold(1, 500, "linden")], [capturing(held(spending))])
    again = attaching(answer.redemptions[0].redemption_id)
    refused(spending, "it pays for an order already", [sold(1, 500, "linden")], again)


# --- refused


def refused(spending: PureSpending, why: str, lines: list[OrderLine], *tenders: Tender, member: str = "ana") -> None:
    """The sale is refused for a tender and leaves everything as it was."""
    before = (len(spending.ledger.events), spending.lots())
    with pytest.raises(Refusal) as refusal:
        spending.sell(member, "refused", lines, tenders)
    assert (refusal.value.reason, refusal.value.metadata["why"]) == ("TENDER_NOT_ATTACHABLE", why)
    assert (len(spending.ledger.events), spending.lots()) == before


def test_more_than_the_sale_is_worth_is_refused(spending: PureSpending) -> None:
    discount = OrderLine(2, "linden", "off", (), 1, None, -20, None, True)
    spending.sell("ana", "just", [sold(1, 60, "linden"), discount], [capturing(held(spending))])
    again = capturing(held(spending))
    refused(spending, "it is worth 40 minor units, 39 are left to pay", [sold(1, 39, "linden")], again)
    refused(spending, "it is worth 40 minor units, 39 are left to pay", [sold(1, 59, "linden"), discount], again)


def test_tenders_together_pay_no_more_than_the_sale(spending: PureSpending) -> None:
    tenders = [capturing(held(spending, 25)) for _ in range(2)]
    refused(spending, "it is worth 20 minor units, 19 are left to pay", [sold(1, 39, "linden")], *tenders)


def test_a_sale_of_nothing_takes_no_points(spending: PureSpending) -> None:
    again = capturing(held(spending))
    refused(spending, "it is worth 40 minor units, 0 are left to pay", [sold(1, 0, "linden")], again)


def test_another_members_authorization_is_refused(spending: PureSpending) -> None:
    tender = capturing(held(spending))
    refused(spending, "it is no authorization of this member here", [sold(1, 500, "linden")], tender, member="bo")


def test_another_members_redemption_is_refused(spending: PureSpending) -> None:
    spent = spending.ledger.redeem("ana", 50, LINDEN).redemption.redemption_id
    refused(
        spending, "it is no redemption of this member here", [sold(1, 500, "linden")], attaching(spent), member="bo"
    )


def test_a_redemption_that_was_given_back_in_part_is_refused(spending: PureSpending) -> None:
    spent = spending.ledger.redeem("ana", 50, LINDEN).redemption.redemption_id
    kept = spending.redemption(spent)
    first, *others = kept.pieces
    restored = replace(kept, pieces=(replace(first, restored_points=1), *others))
    spending.ledger.state.redemptions[spent] = restored
    refused(spending, "points of it were given back", [sold(1, 500, "linden")], attaching(spent))


def test_a_tender_in_another_currency_is_refused(spending: PureSpending) -> None:
    euros = replace(LINDEN, here=replace(LINDEN.here, rate=PointRate("EUR", LINDEN.here.rate.per_point)))
    authorization_id = spending.authorize("ana", 50, euros).authorization.authorization_id
    tender = capturing(authorization_id)
    refused(spending, "it is worth EUR, the order is in USD", [sold(1, 500, "linden")], tender)


def test_a_line_that_is_not_there_is_refused(spending: PureSpending) -> None:
    tender = capturing(held(spending), 0, (9, 50))
    refused(spending, "the order has no line 9", [sold(1, 500, "linden")], tender)


def test_lines_that_do_not_add_up_are_refused(spending: PureSpending) -> None:
    tender = capturing(held(spending), 0, (1, 49))
    refused(spending, "its lines take 49 points, not 50", [sold(1, 500, "linden")], tender)


def test_an_authorization_of_another_place_is_refused(spending: PureSpending) -> None:
    authorization_id = held(spending)
    hold = spending.hold(authorization_id)
    assert hold.spending is not None
    far = replace(hold, spending=replace(hold.spending, location_id="far"))
    spending.ledger.state.holds[authorization_id] = far
    refused(
        spending, "it is no authorization of this member here", [sold(1, 500, "linden")], capturing(authorization_id)
    )


@pytest.mark.parametrize(("points", "reason"), [(51, "CAPTURE_EXCEEDS_HOLD"), (1, "WORTH_NOTHING")])
def test_a_tender_is_refused_as_its_capture_would_be(spending: PureSpending, points: int, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        spending.sell("ana", "new", [sold(1, 500, "linden")], [capturing(held(spending), points)])


def test_an_ended_authorization_pays_for_nothing(spending: PureSpending) -> None:
    authorization_id = held(spending)
    spending.ledger.pass_time(timedelta(minutes=15))
    with pytest.raises(Refusal, match="AUTHORIZATION_ENDED"):
        spending.sell("ana", "new", [sold(1, 500, "linden")], [capturing(authorization_id)])


# --- directory and fingerprint


def test_the_order_claims_the_entries_of_what_it_captures(spending: PureSpending) -> None:
    spent = spending.ledger.redeem("ana", 10, LINDEN).redemption.redemption_id
    authorization_id = held(spending)
    command = spending.sale("ana", "new", [sold(1, 500, "linden")], [attaching(spent), capturing(authorization_id)])
    redemption_id = tender_redemption_id_of(command.order.order_id, authorization_id)
    assert [entry.key for entry in command.entries] == [b"new", redemption_key("prg", redemption_id)]


def test_tenders_are_part_of_what_was_asked(spending: PureSpending) -> None:
    document = spending.sale("ana", "new", [sold(1, 500, "linden")], []).order.document
    plain = order_intent(["ana"], document)
    paid = order_intent(["ana"], document, [capturing("aut-1", 5, (1, 5))])
    assert order_intent(["ana"], document, []) == plain
    assert paid not in (plain, order_intent(["ana"], document, [capturing("aut-1", 6)]))
