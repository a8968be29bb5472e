"""The worked basket of docs/DOMAIN.md §11, judged by the example program of the same name."""

from datetime import UTC, datetime

from chassis.values.rounding import Ratio
from rules_service.domain.evaluate import evaluate
from rules_service.domain.program import ShareOfFace
from rules_service.domain.quote import quote
from rules_service.domain.redemption_terms import TermsQuestion
from tests.unit.rules.examples import NOON, example, line, order, with_rules

BASKET = order(
    line(1, "NORTH", 4000),
    line(2, "HARBOR", 9800),
    line(3, "PEAK", 6000, categories=["activewear"]),
    location="mall-1",
)


def test_the_basket_earns_40_196_60_and_a_bonus_of_120() -> None:
    lines = evaluate(example("worked-basket"), BASKET).lines
    assert [[award.points for award in judged.awards] for judged in lines] == [[40], [196], [60, 120]]


def test_the_activewear_line_explains_itself() -> None:
    lines = evaluate(example("worked-basket"), BASKET).lines
    assert lines[2].explanation == "60.00 USD at 1 point per 1.00 USD = 60; ×3 activewear adds 120; in all 180"


def test_the_bonus_is_funded_by_peak() -> None:
    bonus = evaluate(example("worked-basket"), BASKET).lines[2].awards[1]
    assert [part.entity_id for part in bonus.funders] == ["peak"]


def test_a_point_is_worth_0_008_at_linden_and_everybody_pays_face_value() -> None:
    terms = quote(example("worked-basket"), TermsQuestion("linden-1", "LINDEN", "USD", NOON))
    assert terms.value.rate.minor_units_per_point == Ratio(4, 5)
    assert terms.value.rate.minor_units_per_point.floor_of(300) == 240
    assert terms.redeemer_entity_id == "linden"
    assert [(term.issuer_entity_id, term.agreement_id) for term in terms.settlement_terms] == [
        ("harbor", "at-face-value"),
        ("linden", ""),
        ("north", "at-face-value"),
        ("peak", "at-face-value"),
    ]
    assert {term.price for term in terms.settlement_terms} == {ShareOfFace(Ratio(1, 1))}


def test_the_example_of_a_return_earns_10_20_0_by_item_and_40_by_order() -> None:
    # docs/DOMAIN.md §6: lines of 10, 10 and 20 earned 10 + 20 + 0 by item rules and 40 by an order rule.
    rules = """
    earn_rules:
      item-a: {brand: NORTH, when: {skus: A}, per_unit: {points: 10}}
      item-b: {brand: NORTH, when: {skus: B}, per_unit: {points: 20}}
      whole: {brand: NORTH, kind: bonus, rounding_scope: order, per_amount: {points: 1, per: 1.00 USD}}
    """
    asked = order(line(1, "NORTH", 1000, sku="A"), line(2, "NORTH", 1000, sku="B"), line(3, "NORTH", 2000, sku="C"))
    lines = evaluate(with_rules(rules), asked).lines
    assert [[award.points for award in judged.awards] for judged in lines] == [[10, 10], [20, 10], [20]]


def test_earned_on_6_july_2020_expires_on_1_august_2021() -> None:
    rules = """
    earn_rules:
      b: {brand: NORTH, per_unit: {points: 1}, expiry: {months_then_end_of_month: 12}}
    """
    asked = order(line(1, "NORTH", 100), time=datetime(2020, 7, 6, 15, 0, tzinfo=UTC))
    award = evaluate(with_rules(rules), asked).lines[0].awards[0]
    # Midnight in New York.
    assert award.expire_time == datetime(2021, 8, 1, 4, 0, tzinfo=UTC)
