"""What is wrong with ladders and exchange rates is found when they are saved, each at its place."""

import pytest

from tests.unit.rules.examples import SHOP, program
from tests.unit.rules.test_rule_faults import faults

EURO = """
locations:
  quay: {name: Quay, operator: north, brands: [NORTH], currency: EUR, time_zone: Europe/Paris}
"""
POINTS = "name: L, counts: points, window: lifetime, tiers: {silver: {from: 500}}"
SPEND = "name: L, counts: spend, window: lifetime, tiers: {silver: {from: 500.00 USD}}"


def ladder_faults(ladder: str, *more: str) -> list[tuple[str, str]]:
    """Faults of one ladder; places are told without file, line and ladder."""
    found = faults(SHOP, f"ladders: {{l: {{{ladder}}}}}", *more)
    assert all(field.startswith("1.yaml:1 ladders.l") for field, _ in found)
    return [(field.removeprefix("1.yaml:1 ladders.l").removeprefix("."), reason) for field, reason in found]


def tiers_faults(tiers: str, counts: str = "points") -> list[tuple[str, str]]:
    """Faults of the tiers of a ladder; places are told within them."""
    found = ladder_faults(f"name: L, counts: {counts}, window: lifetime, tiers: {{{tiers}}}")
    return [(place.removeprefix("tiers").removeprefix("."), reason) for place, reason in found]


@pytest.mark.parametrize(
    ("ladder", "place", "reason"),
    [
        (POINTS.replace("name: L, ", ""), "name", "is missing"),
        (POINTS.replace("window: lifetime, ", ""), "window", "is missing"),
        (POINTS.replace("counts: points, ", ""), "counts", "is missing"),
        (POINTS.partition(", tiers")[0], "tiers", "is missing"),
        (POINTS.partition(" {silver")[0] + " {}", "tiers", "should not be empty"),
        (POINTS.replace("counts: points", "counts: visits"), "counts",
         "should be spend, points, base_points or orders"),
        (POINTS.replace("lifetime", "forever"), "window",
         "should be calendar_year, lifetime or {rolling_months: 12}"),
        (POINTS.replace("lifetime", "{rolling_months: 0}"), "window.rolling_months",
         "should be a whole number from 1 to 1200"),
        (POINTS.replace("lifetime", "{rolling_months: 1201}"), "window.rolling_months",
         "should be a whole number from 1 to 1200"),
        (POINTS.replace("lifetime", "{year_from_month: 13}"), "window.year_from_month",
         "should be a whole number from 1 to 12"),
        (POINTS.replace("lifetime", "{rolling_months: 1, year_from_month: 1}"), "window",
         "should be calendar_year, lifetime, or one of rolling_months, year_from_month"),
        (POINTS + ", brand: EAST", "brand", "there is no brand EAST"),
        (POINTS + ", weights: {EAST: 50%}", "weights.EAST", "there is no brand EAST"),
        (POINTS + ", weights: {EAST: 100%}", "weights.EAST", "there is no brand EAST"),
        (POINTS + ", weights: {NORTH: 0%, PEAK: 0%}", "weights", "no brand counts"),
        (POINTS + ", weights: {NORTH: 10001%}", "weights.NORTH",
         "should be a share from 0% to 10000%, with at most two digits after the point"),
        (POINTS + ", weights: {NORTH: 33.333%}", "weights.NORTH",
         "should be a share from 0% to 10000%, with at most two digits after the point"),
        (POINTS + ", brand: NORTH, weights: {PEAK: 50%}", "",
         "should have brand or weights, not both: weights are for ladders of all brands"),
        (POINTS + ", hold: {}", "hold", "should be forever, or have months, days or year_end"),
        (POINTS + ", hold: always", "hold", "should be none, forever or {months: 12}"),
        (POINTS + ", hold: {months: 1201}", "hold.months", "should be a whole number from 1 to 1200"),
        (POINTS + ", hold: {days: 36601}", "hold.days", "should be a whole number from 1 to 36600"),
        (POINTS + ", hold: {year_end: 101}", "hold.year_end", "should be a whole number from 0 to 100"),
        (POINTS + ", hold: {year_end: 1, days: 3}", "hold", "should have year_end or days, not both"),
        (POINTS + ", hold: {months: 1, year_from_month: 4}", "hold", "year_from_month goes with year_end"),
        (POINTS + ", fall: {}", "fall", "should be at_once, or have grace_days or step"),
        (POINTS + ", fall: {grace_days: 36601}", "fall.grace_days", "should be a whole number from 0 to 36600"),
        (POINTS + ", fall: {step: {}}", "fall.step", "should be forever, or have months, days or year_end"),
        (POINTS + ", fall: {step: none}", "fall.step", "should be forever or {months: 12}"),
        (POINTS + ", from: 2026-02-30", "from", "should be a date such as 2024-07-01"),
        (POINTS + ", changes: [{}]", "changes[0].from", "is missing"),
        (POINTS + ", changes: [{from: 2026-01-01, tiers: {}}]", "changes[0].tiers", "should not be empty"),
        (POINTS + ", from: 2026-01-01, changes: [{from: 2026-01-01}]", "changes[0].from",
         "must be later than 2026-01-01, from when the former holds"),
        (POINTS + ", changes: [{from: 2027-01-01}, {from: 2026-01-01}]", "changes[1].from",
         "must be later than 2027-01-01, from when the former holds"),
        (POINTS + ", changes: [{from: 2027-01-01, brand: EAST}]", "changes[0].brand", "there is no brand EAST"),
        (POINTS + ", changes: [{from: 2027-01-01, tiers: {a: {from: 2}, b: {from: 1}}}]", "changes[0].tiers.b.from",
         "tiers rise: a before it begins from 2"),
        (POINTS + ", changes: [{from: 2027-01-01, counts: spend}]", "changes[0].counts",
         "spend counts: silver begins at an amount such as 500.00 USD"),
        (POINTS + ", changes: [{from: 2027-01-01, brand: NORTH, weights: {}}]", "changes[0]",
         "should have brand or weights, not both: weights are for ladders of all brands"),
    ],
)  # fmt: skip
def test_a_faulty_ladder(ladder: str, place: str, reason: str) -> None:
    assert ladder_faults(ladder) == [(place, reason)]


def test_what_a_change_leaves_as_it_was_is_told_once() -> None:
    text = POINTS.replace("from: 500", "from: 0") + ", brand: EAST, changes: [{from: 2027-01-01, hold: forever}]"
    assert [place for place, _ in ladder_faults(text)] == ["brand", "tiers.silver.from"]
    text = POINTS + ", weights: {EAST: 50%}, changes: [{from: 2027-01-01, counts: orders}]"
    assert [place for place, _ in ladder_faults(text)] == ["weights.EAST"]


@pytest.mark.parametrize(
    ("tiers", "place", "reason"),
    [
        ("a: {}", "a", "should have either from or above"),
        ("a: {from: 1, above: 1}", "a", "should have either from or above"),
        ("a: {from: 0}", "a.from", "must be above 0: what everybody meets is no tier"),
        ("a: {from: many}", "a.from", "should be an amount such as 500.00 USD, or a whole number of points or orders"),
        ("a: {from: 5.00 USD}", "a.from", "points count: a begins at a whole number of them"),
        ("a: {from: 10}, b: {from: 10}", "b.from", "tiers rise: a before it begins from 10"),
        ("a: {above: 10}, b: {from: 10}", "b.from", "tiers rise: a before it begins above 10"),
        ("a: {from: 10}, b: {above: 9}", "b.above", "tiers rise: a before it begins from 10"),
        ("a: {from: 1, multiplier: 0.9}", "a.multiplier", "should be a number from 1 to 100, such as 1.25"),
        ("a: {from: 1, multiplier: 101}", "a.multiplier", "should be a number from 1 to 100, such as 1.25"),
        ("a: {from: 1, multipliers: {NORTH: 0.5}}", "a.multipliers.NORTH",
         "should be a number from 1 to 100, such as 1.25"),
        ("a: {from: 1, multipliers: {EAST: 2}}", "a.multipliers.EAST", "there is no brand EAST"),
        ("a: {from: 1, discount: 101%}", "a.discount", "should be above 0% and at most 100%"),
        ("a: {from: 1, perks: 'a b'}", "a.perks",
         "should be an id: letters, digits and . _ : / @ + - only, a letter or digit first, at most 128"),
    ],
)  # fmt: skip
def test_faulty_tiers(tiers: str, place: str, reason: str) -> None:
    assert tiers_faults(tiers) == [(place, reason)]


@pytest.mark.parametrize(
    ("tiers", "place", "reason"),
    [
        ("a: {from: 500}", "a.from", "spend counts: a begins at an amount such as 500.00 USD"),
        ("a: {from: 500 USD}, b: {from: 600 EUR}", "b.from", "tiers are in one currency, the first is in USD"),
        ("a: {from: 500 USD}, b: {from: 400 USD}", "b.from", "tiers rise: a before it begins from 500.00 USD"),
        ("a: {from: 500.001 USD}", "a.from",
         "should be an amount such as 500.00 USD, or a whole number of points or orders"),
    ],
)  # fmt: skip
def test_faulty_tiers_of_spend(tiers: str, place: str, reason: str) -> None:
    assert tiers_faults(tiers, "spend") == [(place, reason)]


def test_a_tier_above_a_figure_is_higher_than_one_from_it() -> None:
    assert program(
        SHOP, "ladders: {l: {name: L, counts: orders, window: lifetime, tiers: {a: {from: 1}, b: {above: 1}}}}"
    )


@pytest.mark.parametrize("scope", ["", "brand: NORTH", "weights: {PEAK: 0%}"])
def test_money_in_a_currency_without_a_rate_would_not_count(scope: str) -> None:
    assert ladder_faults(f"{SPEND}, {scope}", EURO) == [
        ("counts", "sales in EUR, as at quay, would not count: no exchange rate to USD")
    ]


@pytest.mark.parametrize("scope", ["brand: PEAK", "weights: {NORTH: 0%}"])
def test_money_paid_for_brands_that_do_not_count_needs_no_rate(scope: str) -> None:
    assert program(SHOP, f"ladders: {{l: {{{SPEND}, {scope}}}}}", EURO)


TO_SPEND = "counts: spend, tiers: {a: {from: 1 USD}}"
LATE = "exchange_rates: {r: {amount: 1 EUR, worth: 1.1 USD, from: 2026-01-01}}"


@pytest.mark.parametrize(
    ("ladder", "place"),
    [
        (SPEND, "counts"),
        (f"{SPEND}, from: 2025-12-31", "counts"),
        (
            f"{POINTS}, changes: [{{from: 2025-06-01, {TO_SPEND}}}]",
            "changes[0].counts",
        ),
    ],
)
def test_a_rate_that_begins_after_the_ladder_leaves_sales_uncounted(ladder: str, place: str) -> None:
    reason = "sales in EUR, as at quay, would not count before 2026-01-01: no exchange rate to USD"
    assert ladder_faults(ladder, EURO, LATE) == [(place, reason)]


def test_a_rate_may_begin_with_what_counts_spend() -> None:
    assert program(SHOP, f"ladders: {{l: {{{SPEND}, from: 2026-01-01}}}}", EURO, LATE)
    turns = f"{POINTS}, changes: [{{from: 2026-06-01, {TO_SPEND}}}]"
    assert program(SHOP, f"ladders: {{l: {{{turns}}}}}", EURO, LATE)
    earlier = "exchange_rates: {q: {amount: 1 EUR, worth: 1.2 USD, until: 2026-01-01}}"
    assert program(SHOP, f"ladders: {{l: {{{SPEND}}}}}", EURO, LATE, earlier)


def test_a_program_has_at_most_a_hundred_ladders() -> None:
    text = "\n".join(f"  l{number:03d}: {{{POINTS}}}" for number in range(101))
    assert faults(SHOP, f"ladders:\n{text}") == [("1.yaml:102 ladders.l100", "a program has at most 100 ladders")]


def test_with_a_rate_other_money_counts() -> None:
    assert program(SHOP, f"ladders: {{l: {{{SPEND}}}}}", EURO, "exchange_rates: {r: {amount: 1 EUR, worth: 1.1 USD}}")


def rate_faults(*rates: str) -> list[tuple[str, str]]:
    """Faults of exchange rates a, b, …, one a line from the second on; places are told without file."""
    text = "\n".join(f"  {chr(ord('a') + number)}: {{{rate}}}" for number, rate in enumerate(rates))
    return [
        (field.removeprefix("1.yaml:").replace("exchange_rates.", ""), reason)
        for field, reason in faults(SHOP, f"exchange_rates:\n{text}")
    ]


@pytest.mark.parametrize(
    ("rate", "place", "reason"),
    [
        ("amount: 1 USD", "2 a.worth", "is missing"),
        ("amount: 1 USD, worth: 2 USD", "2 a", "USD needs no rate to itself"),
        ("amount: 0 USD, worth: 2 EUR", "2 a", "amount should be above 0"),
        ("amount: 1 USD, worth: 0 EUR", "2 a.worth", "must be from 1/1000000 to 1000000 minor units for a minor unit"),
        ("amount: 1 USD, worth: 1000001 EUR", "2 a.worth",
         "must be from 1/1000000 to 1000000 minor units for a minor unit"),
        ("amount: 1000001 USD, worth: 1 EUR", "2 a.worth",
         "must be from 1/1000000 to 1000000 minor units for a minor unit"),
        ("amount: 99999999999.99 USD, worth: 99999999999.999999999999 EUR", "2 a.worth",
         "has more digits than can be kept"),
        ("amount: 1 EUR, worth: 2 USD", "2 a.amount", "no location takes EUR"),
        ("amount: 1 USD, worth: 2 XXX", "2 a.worth", "should be an amount with its currency, such as 1.00 USD"),
        ("amount: 1 USD, worth: 2 EUR, from: 2026-01-01, until: 2026-01-01", "2 a.until", "must be later than `from`"),
        ("amount: 1 USD, worth: 2 EUR, until: 2026-01-01", "2 a.until",
         "the last rate for USD to EUR is in force until further notice, or what is paid later would not count"),
    ],
)  # fmt: skip
def test_a_faulty_exchange_rate(rate: str, place: str, reason: str) -> None:
    assert rate_faults(rate) == [(place, reason)]


def test_rates_of_a_pair_follow_each_other() -> None:
    pair = "amount: 1 USD, worth: 2 EUR"
    assert rate_faults(pair, pair) == [("3 b", "in force at once with a, for USD to EUR")]
    later = f"{pair}, from: 2026-01-01"
    assert rate_faults(later, f"{pair}, until: 2026-01-02") == [("2 a", "in force at once with b, for USD to EUR")]
    assert rate_faults(later, f"{pair}, until: 2025-12-31") == [
        ("2 a.from", "leaves a gap: b before it, for USD to EUR, ends on 2025-12-31")
    ]
    follows = (
        f"exchange_rates: {{b: {{{later}}}, a: {{{pair}, until: 2026-01-01}}, c: {{amount: 1 USD, worth: 3 GBP}}}}"
    )
    assert len(program(SHOP, follows).exchange_rates) == 3
