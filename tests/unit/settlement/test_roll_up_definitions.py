"""The definitions of the roll-ups' measures, and that the checker counts each of them."""

import re

from settlement_service.domain.event import EFFECT, Kind
from settlement_service.domain.roll_ups.definitions import BY_ID, MEASURES, Amount, Nature, Unit
from settlement_service.store.verification import CHECKERS

[CHECK] = [checker.statement.sql for checker in CHECKERS if checker.statement.name == "check_place_totals"]


def test_the_checker_counts_every_measure_and_no_other() -> None:
    assert set(re.findall(r"^ +\('(\w+)',", CHECK, re.MULTILINE)) == set(BY_ID)


def test_ids_are_unique_and_every_measure_says_what_it_is() -> None:
    assert len(BY_ID) == len(MEASURES)
    assert all(measure.name and measure.meaning.endswith(".") and measure.signs for measure in MEASURES)


def test_what_stands_at_a_periods_end_counts_every_kind_that_moves_points() -> None:
    for measure in MEASURES:
        if measure.nature is Nature.CLOSING:
            assert set(measure.signs) == set(EFFECT)


def test_a_measure_is_in_what_its_amount_is_in() -> None:
    points = {Amount.POINTS, Amount.CHANGE, Amount.DEBT}
    assert all((measure.unit is Unit.POINTS) == (measure.amount in points) for measure in MEASURES)


def test_only_redeemed_points_are_told_apart_by_where_they_were_spent() -> None:
    assert all(set(measure.signs) == {Kind.REDEEMED} for measure in MEASURES if measure.spent_at)
