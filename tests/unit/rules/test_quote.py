"""Redemption terms: worth, agreements, and for how long they hold."""

from datetime import UTC, datetime

import pytest

from chassis.values.refusal import Refusal
from chassis.values.rounding import ZERO, Ratio
from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.program import ShareOfFace, ShareOfLiability
from rules_service.domain.quote import quote
from rules_service.domain.redemption_terms import (
    CurrencyTerm,
    PointPrice,
    RedemptionTerms,
    SettlementTerm,
    TermsQuestion,
)
from tests.unit.rules.examples import NOON, with_rules

GROUP = """
program: {id: t, name: Test, point_name: star}
entities: {a: {name: A}, b: {name: B}, c: {name: C}}
brands:
  A:
    name: Brand A
    entity: a
    point_values:
      - {worth: 0.01 USD, until: 2024-07-01}
      - {worth: 0.008 USD, from: 2024-07-01, until: 2024-10-01, reason: summer}
  B: {name: Brand B, entity: b, point_values: [{worth: 0.02 USD}, {worth: 1 EUR}]}
  C: {name: Brand C, entity: c}
locations:
  mall: {name: Mall, operator: c, region: east, brands: [A, C], currency: USD, time_zone: UTC}
"""


def asked(program: CompiledProgram, brand: str = "A", at: datetime = NOON) -> RedemptionTerms:
    """The terms at the mall in dollars."""
    return quote(program, TermsQuestion("mall", brand, "USD", at))


def shares(agreements: str) -> dict[str, tuple[str, Ratio]]:
    """Agreement and share of face value by issuer, at brand A."""
    terms = asked(with_rules(agreements, GROUP)).settlement_terms
    return {
        term.issuer_entity_id: (term.agreement_id, term.price.share)
        for term in terms
        if isinstance(term.price, ShareOfFace)
    }


def test_the_value_in_force_is_quoted_with_its_reason_and_time() -> None:
    terms = asked(with_rules("", GROUP))
    assert (terms.value.rate.minor_units_per_point, terms.value.reason) == (Ratio(4, 5), "summer")
    assert terms.interval.start == datetime(2024, 7, 1, tzinfo=UTC)
    assert terms.interval.end == datetime(2024, 10, 1, tzinfo=UTC)


def test_the_brands_entity_redeems_and_the_operator_is_named() -> None:
    terms = asked(with_rules("", GROUP))
    assert (terms.redeemer_entity_id, terms.location.operator_entity_id, terms.point_name) == ("a", "c", "star")


def test_elsewhere_lists_other_brands_with_a_value_in_the_currency() -> None:
    terms = asked(with_rules("", GROUP))
    assert [(other.brand_id, other.brand_name) for other in terms.elsewhere] == [("B", "Brand B")]


def test_without_agreements_only_the_redeemers_own_points_have_terms() -> None:
    assert shares("") == {"a": ("", Ratio(1, 1))}


def test_the_agreement_that_names_the_most_is_the_one() -> None:
    got = shares(
        """
        agreements:
          default: {share_of_face: 100%}
          pair: {issuer: b, redeemer: a, share_of_face: 90%}
          other-way: {issuer: a, redeemer: b, share_of_face: 10%}
        """
    )
    assert got == {"a": ("", Ratio(1, 1)), "b": ("pair", Ratio(9, 10)), "c": ("default", Ratio(1, 1))}


def test_an_agreement_that_is_over_gives_way_to_the_default() -> None:
    got = shares(
        """
        agreements:
          default: {share_of_face: 100%}
          pair: {issuer: b, redeemer: a, share_of_face: 90%, until: 2024-07-01}
        """
    )
    assert got["b"] == ("default", Ratio(1, 1))


def test_the_terms_end_where_an_agreement_begins() -> None:
    agreements = "agreements: {pair: {issuer: b, redeemer: a, share_of_face: 90%, from: 2024-08-01}}"
    assert asked(with_rules(agreements, GROUP)).interval.end == datetime(2024, 8, 1, tzinfo=UTC)


def test_an_agreement_with_another_redeemer_does_not_shorten_them() -> None:
    agreements = "agreements: {pair: {issuer: a, redeemer: b, share_of_face: 90%, from: 2024-08-01}}"
    assert asked(with_rules(agreements, GROUP)).interval.end == datetime(2024, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (TermsQuestion("moon", "A", "USD", NOON), "LOCATION_NOT_FOUND"),
        (TermsQuestion("mall", "Z", "USD", NOON), "BRAND_NOT_FOUND"),
        (TermsQuestion("mall", "B", "USD", NOON), "BRAND_NOT_SOLD_HERE"),
        (TermsQuestion("mall", "A", "EUR", NOON), "CURRENCY_NOT_ACCEPTED"),
        (TermsQuestion("mall", "C", "USD", NOON), "NO_POINT_VALUE"),
        (TermsQuestion("mall", "A", "USD", datetime(2024, 10, 1, tzinfo=UTC)), "NO_POINT_VALUE"),
    ],
)
def test_terms_that_do_not_exist_are_refused(question: TermsQuestion, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        quote(with_rules("", GROUP), question)
    assert refused.value.reason == reason


STARS = "A:\n    points: [{name: bean, per_point: 2, until: 2024-08-01}, {name: star, per_point: 10, from: 2024-08-01}]"


def test_a_brands_own_points_are_told_as_long_as_they_hold() -> None:
    program = with_rules("", GROUP.replace("A:", STARS, 1))
    before, after = (asked(program, at=datetime(2024, month, 15, tzinfo=UTC)) for month in (7, 8))
    told = [terms.named_point and (terms.named_point.name, terms.named_point.per_point) for terms in (before, after)]
    assert told == [("bean", 2), ("star", 10)]
    assert before.interval.end == after.interval.start == datetime(2024, 8, 1, tzinfo=UTC)


def test_a_brand_without_a_name_of_its_own_tells_none() -> None:
    assert asked(with_rules("", GROUP)).named_point is None


@pytest.mark.parametrize(
    ("agreement", "term"),
    [
        ("share_of_face: 97.5%", SettlementTerm("b", "x", ShareOfFace(Ratio(39, 40)))),
        ("share_of_liability: 90%", SettlementTerm("b", "x", ShareOfLiability(Ratio(9, 10)))),
        ("price_per_point: 0.007 USD", SettlementTerm("b", "x", PointPrice(Ratio(7, 10)))),
        ("price_per_point: [1 EUR, 0.009 USD]", SettlementTerm("b", "x", PointPrice(Ratio(9, 10)))),
        ("share_of_face: 1, fee: 2%", SettlementTerm("b", "x", ShareOfFace(Ratio(1, 1)), fee=Ratio(1, 50))),
        ("share_of_face: 1, fee: 0%", SettlementTerm("b", "x", ShareOfFace(Ratio(1, 1)), fee=ZERO)),
        (
            "price_per_point: 0.007 USD, fee: 10%, cap_of_face: 120%",
            SettlementTerm("b", "x", PointPrice(Ratio(7, 10)), Ratio(1, 10), Ratio(6, 5)),
        ),
    ],
)
def test_an_agreement_is_told_as_it_prices(agreement: str, term: SettlementTerm) -> None:
    told = asked(with_rules(f"agreements: {{x: {{issuer: b, {agreement}}}}}", PRICED)).settlement_terms
    assert told == (SettlementTerm("a", "", ShareOfFace(Ratio(1, 1))), term)


def test_a_price_in_other_currencies_alone_is_no_term() -> None:
    told = asked(with_rules("agreements: {x: {issuer: b, price_per_point: 1 EUR}, y: {share_of_face: 1}}", PRICED))
    assert [term.issuer_entity_id for term in told.settlement_terms] == ["a", "c"]


PRICED = GROUP.replace("point_name: star", "point_name: star, redemption: {agreement_gaps: allowed}").replace(
    "locations:", "locations:\n  pier: {name: Pier, operator: c, brands: B, currency: EUR, time_zone: UTC}"
)
"""A price that is missing is no fault."""

RATED = """
agreements: {x: {issuer: b, share_of_liability: 90%, from: 2024-06-01}, y: {share_of_face: 1}}
exchange_rates:
  past: {amount: 1.00 EUR, worth: 1.0834 USD, until: 2024-06-15}
  now: {amount: 1.00 EUR, worth: 1.10 USD, from: 2024-06-15, until: 2024-08-01}
  next: {amount: 1.00 EUR, worth: 1.20 USD, from: 2024-08-01}
  back: {amount: 1.00 USD, worth: 0.90 EUR, until: 2024-07-10}
  onward: {amount: 1.00 USD, worth: 0.91 EUR, from: 2024-07-10}
"""
CARRIED = PRICED.replace("entity: b,", "entity: b, liability: [0.01 EUR, 0.01 USD],")


def test_prices_by_liability_value_come_with_the_rates_they_may_need() -> None:
    terms = asked(with_rules(RATED, CARRIED))
    assert terms.currency_terms == (CurrencyTerm("EUR", "now", Ratio(11, 10)),)
    assert terms.interval.end == datetime(2024, 8, 1, tzinfo=UTC)


def test_a_rate_begins_with_the_day_at_the_place() -> None:
    in_tokyo = with_rules(
        RATED, CARRIED.replace("currency: USD, time_zone: UTC", "currency: USD, time_zone: Asia/Tokyo")
    )
    begins = datetime(2024, 7, 31, 15, tzinfo=UTC)
    assert asked(in_tokyo).interval.end == begins
    after = asked(in_tokyo, at=begins)
    assert after.currency_terms == (CurrencyTerm("EUR", "next", Ratio(6, 5)),)
    assert after.interval.start == begins


@pytest.mark.parametrize(
    ("changed", "into"),
    [
        ("share_of_liability: 90%", "share_of_face: 90%"),
        ("issuer: b, ", "issuer: a, "),
        ("from: 2024-06-01", "from: 2024-09-01"),
    ],
)
def test_no_rate_is_told_that_no_price_needs(changed: str, into: str) -> None:
    terms = asked(with_rules(RATED.replace(changed, into), CARRIED))
    assert terms.currency_terms == ()
    assert terms.interval.end is not None
    assert terms.interval.end >= datetime(2024, 9, 1, tzinfo=UTC)
