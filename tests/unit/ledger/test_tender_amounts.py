"""How much tenders may pay of a sale's lines: what they cost, and not a point more (docs/adr/0033)."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import Tender
from ledger_service.domain.order import OrderLine
from ledger_service.domain.redemption import RedemptionTerms
from tests.support.examples import examples
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_spend import PureSpending, capturing


@pytest.fixture
def spending() -> PureSpending:
    """Ana has 100 of North's."""
    ledger = PureLedger()
    ledger.post_order("ana", "first", [sold(1, 1000, "north")], [award(1, 100, "north")])
    return PureSpending(ledger)


def at(point_value: str) -> RedemptionTerms:
    """Linden's terms, with so many minor units a point."""
    return terms("linden", point_value, {"north": "1"})


def held(spending: PureSpending, points: int = 50, point_value: str = "4/5") -> str:
    """Points set aside; 50 are worth 40 unless told otherwise."""
    return spending.authorize("ana", points, at(point_value)).authorization.authorization_id


def refused(spending: PureSpending, why: str, lines: list[OrderLine], *tenders: Tender) -> Refusal:
    """The sale is refused for a tender, for good, and leaves everything as it was."""
    before = (len(spending.ledger.events), spending.lots())
    with pytest.raises(Refusal) as refusal:
        spending.sell("ana", "refused", lines, tenders)
    assert (refusal.value.reason, refusal.value.metadata["why"]) == ("TENDER_NOT_ATTACHABLE", why)
    assert not refusal.value.transient
    assert (len(spending.ledger.events), spending.lots()) == before
    return refusal.value


def test_more_than_the_redeeming_brands_lines_cost_is_refused(spending: PureSpending) -> None:
    lines = [sold(1, 1000, "north"), sold(2, 30, "linden")]
    tender = capturing(held(spending))
    refused(spending, "it is worth 40 minor units, 30 are left to pay of its lines", lines, tender)


def test_naming_more_lines_lets_it_pay(spending: PureSpending) -> None:
    lines = [sold(1, 1000, "north"), sold(2, 30, "linden")]
    tender = capturing(held(spending), 0, (1, 13), (2, 37))
    [redemption] = spending.sell("ana", "new", lines, [tender]).redemptions
    assert [line.value.minor_units for line in redemption.lines] == [10, 30]


def test_a_line_takes_no_more_than_it_costs(spending: PureSpending) -> None:
    lines = [sold(1, 30, "linden"), sold(2, 1000, "linden")]
    why = "line 1 would take 39 minor units, 30 are left to pay of it"
    refusal = refused(spending, why, lines, capturing(held(spending), 0, (1, 49), (2, 1)))
    told = {"line_number": "1", "minor_units": "39", "left_minor_units": "30", "currency_code": "USD"}
    assert told.items() <= refusal.metadata.items()


def test_two_tenders_do_not_pay_one_line_twice(spending: PureSpending) -> None:
    lines = [sold(1, 40, "linden"), sold(2, 100, "linden")]
    tenders = [capturing(held(spending), 0, (1, 50)) for _ in range(2)]
    refused(spending, "it is worth 40 minor units, 0 are left to pay of its lines", lines, *tenders)


def test_the_second_tender_goes_where_something_is_left_to_pay(spending: PureSpending) -> None:
    lines = [sold(1, 40, "linden"), sold(2, 100, "linden")]
    tenders = [capturing(held(spending), 0, (1, 50)), capturing(held(spending))]
    found = spending.sell("ana", "new", lines, tenders).redemptions
    assert [[(line.line_number, line.points) for line in one.lines] for one in found] == [[(1, 50)], [(2, 50)]]


def test_the_last_point_of_a_line_may_be_worth_more_than_its_rest(spending: PureSpending) -> None:
    """A stamp of 5.00 pays for a coffee of 3.50 and a biscuit of 1.50: it cannot be cut."""
    lines = [sold(1, 350, "linden"), sold(2, 150, "linden")]
    tender = capturing(held(spending, 1, "500"))
    [redemption] = spending.sell("ana", "new", lines, [tender]).redemptions
    assert [(line.line_number, line.value.minor_units) for line in redemption.lines] == [(1, 500)]


def test_it_must_still_find_its_worth_on_the_lines_that_are_named(spending: PureSpending) -> None:
    lines = [sold(1, 350, "linden"), sold(2, 150, "linden")]
    tender = capturing(held(spending, 1, "500"), 0, (1, 1))
    refused(spending, "it is worth 500 minor units, 350 are left to pay of its lines", lines, tender)


@settings(max_examples=examples(30), deadline=None)
@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=5), st.sampled_from(["1/3", "4/5", "1", "7/2", "19"]), st.data()
)
def test_what_fits_the_lines_together_is_never_refused_for_one_of_them(
    nets: list[int], points_value: str, data: st.DataObject
) -> None:
    ledger = PureLedger()
    ledger.post_order("ana", "first", [sold(1, 1000, "north")], [award(1, 500, "north")])
    spending = PureSpending(ledger)
    rate = at(points_value).here.rate.per_point
    most = max((points for points in range(1, 400) if rate.floor_of(points) <= sum(nets)), default=0)
    least = next(points for points in range(1, 400) if rate.floor_of(points) > 0)
    assume(least <= most)
    authorization_id = held(spending, data.draw(st.integers(least, most)), points_value)
    lines = [sold(number, net, "linden") for number, net in enumerate(nets, start=1)]
    [redemption] = spending.sell("ana", "new", lines, [capturing(authorization_id)]).redemptions
    for net, line in ((nets[line.line_number - 1], line) for line in redemption.lines):
        assert line.value.minor_units * (line.points - 1) // line.points <= net
