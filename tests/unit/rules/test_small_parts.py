"""Numbers as text, differences, ranking, and the index's corner cases."""

from datetime import UTC, date, datetime

import pytest

from rules_service.domain.content import program_content, rule_version
from rules_service.domain.difference import Difference, differences
from rules_service.domain.evaluate import evaluate
from rules_service.domain.numbers import money_text, number_text
from rules_service.domain.rule_index import MOST_CUTS
from tests.unit.rules.examples import SHOP, line, order, program, with_rules


@pytest.mark.parametrize(
    ("number", "text"),
    [((60, 1), "60"), ((499, 100), "4.99"), ((50, 3), "50/3"), ((1, 8), "0.125"), ((0, 7), "0"), ((6, 4), "1.5")],
)
def test_a_number_is_told_exactly(number: tuple[int, int], text: str) -> None:
    assert number_text(*number) == text


@pytest.mark.parametrize(("amount", "text"), [((5, "USD"), "0.05 USD"), ((500, "JPY"), "500 JPY")])
def test_money_is_told_in_major_units(amount: tuple[int, str], text: str) -> None:
    assert money_text(*amount) == text


def test_an_added_noun_is_one_difference() -> None:
    added = "entities: {hq: {name: Headquarters}}"
    assert differences(program_content(program(SHOP)), program_content(program(SHOP, added))) == (
        Difference("entities.hq", "", '{"name": "Headquarters"}'),
    )


def test_a_changed_amount_of_money_is_told_as_money() -> None:
    def rule(per: str) -> str:
        return f"earn_rules: {{r: {{brand: NORTH, per_amount: {{points: 1, per: {per}}}}}}}"

    before, after = program(SHOP, rule("1.00 USD")), program(SHOP, rule("2.00 USD"))
    assert differences(program_content(before), program_content(after)) == (
        Difference("earn_rules.r.per_amount.per", "1.00 USD", "2.00 USD"),
    )


def test_a_first_program_differs_from_nothing_noun_by_noun() -> None:
    paths = [place.path for place in differences({}, program_content(program(SHOP)))]
    assert "brands.NORTH" in paths
    assert "locations.mall" in paths


def test_a_rules_version_changes_with_the_rule_alone() -> None:
    one = "earn_rules: {b: {brand: NORTH, per_unit: {points: 1}}}"
    two = "earn_rules: {a: {brand: NORTH, per_unit: {points: 1}}, b: {brand: NORTH, per_unit: {points: 1}}}"
    changed = "earn_rules: {b: {brand: NORTH, per_unit: {points: 2}}}"
    version = rule_version(program(SHOP, one).earn_rules[0])
    assert rule_version(program(SHOP, two).earn_rules[1]) == version
    assert rule_version(program(SHOP, changed).earn_rules[0]) != version


def test_more_stretches_of_time_than_are_kept_at_hand_are_all_judged_right() -> None:
    days = [date(2024, 1, 1 + number % 28).replace(month=1 + number // 28) for number in range(MOST_CUTS + 20)]
    rules = "\n".join(
        f"  r{day}: {{brand: NORTH, when: {{from: {day}, until: {day.replace(year=2025)}}}, per_unit: {{points: 1}}}}"
        for day in days
    )
    judged = with_rules("earn_rules:\n" + rules)
    for in_force, day in enumerate(days, start=1):
        asked = order(line(1, "NORTH", 1), time=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        assert len(evaluate(judged, asked).lines[0].awards) == in_force
