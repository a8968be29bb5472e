"""Rules whose condition comes to no answer: the order is refused, and nothing else is kept back."""

from dataclasses import replace

import pytest

from chassis.values.refusal import Refusal
from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import OrderEvaluation
from rules_service.domain.order import Order
from tests.unit.rules.examples import SHOP, compiled, line, member, order, program, with_rules

DIVIDES = "condition: '100 / (line.quantity - 4) < 1000'"


def refused(rules: str, asked: Order) -> Refusal:
    """The refusal."""
    with pytest.raises(Refusal) as raised:
        evaluate(with_rules(rules), asked)
    return raised.value


def test_the_whole_order_is_refused_with_the_rule_its_version_and_the_reason() -> None:
    rules = f"earn_rules: {{odd: {{brand: NORTH, {DIVIDES}, per_unit: {{points: 1}}}}}}"
    refusal = refused(rules, order(line(1, "NORTH", 100), line(2, "NORTH", 100, quantity=4)))
    assert (refusal.reason, refusal.code.name) == ("RULE_FAILED", "FAILED_PRECONDITION")
    assert refusal.metadata["rule_id"] == "odd"
    assert refusal.metadata["rule_version"] == with_rules(rules).rules[0].version
    assert "divi" in refusal.metadata["reason"]


def test_a_condition_is_asked_only_if_everything_else_fits() -> None:
    rules = f"earn_rules: {{odd: {{brand: NORTH, when: {{skus: [a]}}, {DIVIDES}, per_unit: {{points: 1}}}}}}"
    for asked in (line(1, "NORTH", 100, quantity=4), line(1, "PEAK", 100, sku="a", quantity=4)):
        assert isinstance(evaluate(with_rules(rules), order(asked), explain=True), OrderEvaluation)


LADDER = "ladders: {stars: {name: Stars, counts: orders, window: lifetime, tiers: {gold: {from: 1}}}}"


@pytest.mark.parametrize(
    ("asks", "part"),
    [
        ("when: {from: 2025-01-01}", "when.from"),
        ("when: {until: 2024-01-01}", "when.until"),
        ("when: {locations: pier}", "when.locations"),
        ("when: {channels: web}", "when.channels"),
        ("when: {payment: card}", "when.payment"),
        ("when: {weekdays: mon}", "when.weekdays"),
        ("when: {hours: {from: 13:00, until: 14:00}}", "when.hours"),
        ("when: {skus: a}", "when.skus"),
        ("when: {attributes: {colour: red}}", "when.attributes"),
        ("when: {except: {skus: b}}", "when.except.skus"),
        ("when: {segment: vip}", "when.segment"),
        ("when: {member_for: {at_least: 30 days}}", "when.member_for"),
        ("when: {birthday: month}", "when.birthday"),
        ("when: {tier: {stars: gold}}", "when.tier"),
        ("when: {purchase: {number: 1}}", "when.purchase"),
        ("basket: {quantity_at_least: 5}", "basket"),
    ],
)
def test_a_condition_is_asked_after_every_other_part(asks: str, part: str) -> None:
    # The pier sells no North, so a rule for it is Peak's.
    buyer = member(tiers={"stars": ""}, brand_purchases={"NORTH": 3, "PEAK": 3})
    judging = with_rules(f"earn_rules: {{odd: {{brand: PEAK, {asks}, {DIVIDES}, per_unit: {{points: 1}}}}}}\n{LADDER}")
    asked = order(line(1, "PEAK", 100, quantity=4, sku="b"), member=buyer)
    ((outcome,),) = (judged.outcomes for judged in evaluate(judging, asked, explain=True).lines)
    assert outcome.unmet == part


def test_of_several_that_fail_it_is_the_lowest_line_and_ordinal() -> None:
    rules = "earn_rules: {" + ", ".join(
        f"{rule_id}: {{brand: {brand}, {DIVIDES}, per_unit: {{points: 1}}}}"
        for rule_id, brand in (("a", "NORTH"), ("b", "NORTH"), ("c", "PEAK"))
    )
    lines = (line(1, "PEAK", 100, quantity=4), line(2, "NORTH", 100, quantity=4))
    for asked in (lines, lines[::-1]):
        assert refused(rules + "}", order(*asked)).metadata["rule_id"] == "c"
    assert refused(rules + "}", order(lines[1])).metadata["rule_id"] == "a"


def test_a_stored_condition_that_no_longer_compiles_fails_when_it_is_reached_and_stops_nothing_else() -> None:
    stored = program(SHOP, "earn_rules: {b: {brand: NORTH, when: {skus: [a]}, per_unit: {points: 1}}}")
    rule = replace(stored.earn_rules[0], condition="line.no_more > 1")
    ready = compiled(replace(stored, earn_rules=(rule,)))
    assert evaluate(ready, order(line(1, "NORTH", 100), line(2, "PEAK", 100))).lines[0].awards == ()
    with pytest.raises(Refusal) as raised:
        evaluate(ready, order(line(1, "NORTH", 100, sku="a")))
    assert raised.value.reason == "RULE_FAILED"
    assert raised.value.metadata["reason"].startswith("line 1, column ")
