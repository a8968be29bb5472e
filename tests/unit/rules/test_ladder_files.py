"""Ladders, exchange rates, caps and budgets as files write them: what they mean, how they are stored and told."""

import json
from datetime import date

import pytest
from loyalty.rules.v1 import program_pb2 as pb

from chassis.values.rounding import Ratio
from rules_service.domain.content import program_content
from rules_service.domain.content_reader import read_program
from rules_service.domain.difference import Difference, differences
from rules_service.domain.ladders import (
    BrandWeight,
    HoldForever,
    HoldSpan,
    HoldYearEnd,
    Ladder,
    LadderVersion,
    LadderWindow,
    Metric,
    OrdersMetric,
    PointsMetric,
    RollingMonths,
    SpendMetric,
    Tier,
    TierBenefits,
    TierFall,
    TierHold,
    TierMultiplier,
    WholeLife,
    YearFrom,
)
from rules_service.domain.program import Program
from rules_service.domain.revision import Revision
from rules_service.wire.programs import revision
from tests.unit.rules.examples import NOON, SHOP, program

STATUS = """
ladders:
  status:
    name: Status
    weights: {PEAK: 50%}
    counts: spend
    window: {rolling_months: 12}
    tiers:
      silver: {from: 500.00 USD, multiplier: 1.1}
      gold:
        name: Gold
        above: 1000.00 USD
        multiplier: 1.25
        multipliers: {PEAK: 3/2}
        discount: 5%
        perks: [parking, lounge, lounge]
    hold: {year_end: 1, months: 2}
    fall: {grace_days: 30, step: {months: 12}}
    changes:
      - {from: 2027-01-01, brand: PEAK, hold: none, fall: at_once}
      - {from: 2028-01-01, counts: orders, tiers: {gold: {from: 9, multiplier: 2}}, window: calendar_year}
exchange_rates:
  old: {amount: 100 USD, worth: 90.5 EUR, until: 2026-01-01}
  new: {amount: 1 USD, worth: 0.91 EUR, from: 2026-01-01}
"""


def versions(written: Program) -> tuple[LadderVersion, ...]:
    return written.ladders[0].versions


def ladder(**fields: str) -> LadderVersion:
    """The only version of a small ladder with these keys."""
    keys = {"name": "L", "counts": "points", "window": "lifetime", "tiers": "{a: {from: 1}}", **fields}
    text = ", ".join(f"{key}: {value}" for key, value in keys.items())
    return versions(program(SHOP, f"ladders: {{l: {{{text}}}}}"))[0]


def stored_again(written: Program) -> Program:
    """After it was stored."""
    return read_program(json.loads(json.dumps(program_content(written))))


def test_a_ladder_means_what_is_written() -> None:
    silver = Tier("silver", "silver", 50_000, benefits=TierBenefits((TierMultiplier("", Ratio(11, 10)),)))
    multipliers = (TierMultiplier("", Ratio(5, 4)), TierMultiplier("PEAK", Ratio(3, 2)))
    gold = Tier("gold", "Gold", 100_000, True, TierBenefits(multipliers, 500, ("lounge", "parking")))
    first = LadderVersion(
        None,
        "",
        (BrandWeight("PEAK", 5_000),),
        SpendMetric("USD"),
        RollingMonths(12),
        (silver, gold),
        HoldYearEnd(1, 2),
        TierFall(30, HoldSpan(12)),
    )
    assert program(SHOP, STATUS).ladders[0].name == "Status"
    assert versions(program(SHOP, STATUS))[0] == first


def test_a_change_says_what_is_otherwise_and_leaves_the_rest() -> None:
    first, second, third = versions(program(SHOP, STATUS))
    assert (second.start, second.brand_id, second.brand_weights) == (date(2027, 1, 1), "PEAK", ())
    assert (second.hold, second.fall) == (None, TierFall())
    assert (second.metric, second.window) == (first.metric, first.window)
    assert [tier.threshold for tier in second.tiers] == [50_000, 100_000]
    assert (third.start, third.brand_id, third.metric) == (date(2028, 1, 1), "PEAK", OrdersMetric())
    assert third.tiers == (Tier("gold", "gold", 9, benefits=TierBenefits((TierMultiplier("PEAK", Ratio(2, 1)),))),)


def test_the_multiplier_of_a_brands_ladder_is_for_that_brand() -> None:
    (tier,) = ladder(brand="NORTH", tiers="{a: {from: 1, multiplier: 2, multipliers: {PEAK: 1.5}}}").tiers
    assert tier.benefits.multipliers == (TierMultiplier("NORTH", Ratio(2, 1)), TierMultiplier("PEAK", Ratio(3, 2)))


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ("lifetime", WholeLife()),
        ("calendar_year", YearFrom(1)),
        ("{year_from_month: 4}", YearFrom(4)),
        ("{rolling_months: 24}", RollingMonths(24)),
    ],
)
def test_windows(written: str, window: LadderWindow) -> None:
    assert ladder(window=written).window == window


@pytest.mark.parametrize(
    ("written", "metric"),
    [("points", PointsMetric()), ("base_points", PointsMetric(base_only=True)), ("orders", OrdersMetric())],
)
def test_metrics(written: str, metric: Metric) -> None:
    assert ladder(counts=written).metric == metric


@pytest.mark.parametrize(
    ("written", "hold"),
    [
        ("none", None),
        ("forever", HoldForever()),
        ("{days: 90}", HoldSpan(0, 90)),
        ("{months: 12, days: 1}", HoldSpan(12, 1)),
        ("{year_end: 0}", HoldYearEnd(0, 0, 4)),
        ("{year_end: 1, months: 2, year_from_month: 1}", HoldYearEnd(1, 2, 1)),
    ],
)
def test_promises_are_by_the_year_of_the_window_unless_they_say_otherwise(written: str, hold: TierHold | None) -> None:
    assert ladder(window="{year_from_month: 4}", hold=written).hold == hold


def test_exchange_rates_are_exact() -> None:
    rates = {rate.rate_id: rate for rate in program(SHOP, STATUS).exchange_rates}
    assert rates["old"].ratio == Ratio.of("0.905")
    assert (rates["old"].end, rates["new"].start) == (date(2026, 1, 1), date(2026, 1, 1))


def test_minor_units_of_currencies_with_other_digits_are_turned() -> None:
    (rate,) = program(SHOP, "exchange_rates: {r: {amount: 1 USD, worth: 150 JPY}}").exchange_rates
    assert rate.ratio == Ratio(3, 2)


LIMITS = """
earn_rules:
  base: {brands: [PEAK, NORTH], per_amount: {points: 1, per: 1.00 USD}}
  summer: {brand: NORTH, kind: bonus, offer: SUMMER, fixed: {points: 50, per: order}}
caps:
  c: {rules: [summer, base], per: member, window: day, points: 500, warn_at: [33.33%, 80%]}
budgets:
  b: {offer: SUMMER, money: 5000.00 USD, per: location, overrun: allow}
"""


def test_all_of_it_reads_back_from_what_is_stored() -> None:
    written = program(SHOP, STATUS, LIMITS)
    again = stored_again(written)
    assert again.ladders == written.ladders
    assert set(again.exchange_rates) == set(written.exchange_rates)
    assert set(again.limits) == set(written.limits)
    assert program_content(again) == program_content(written)


def test_a_program_without_them_says_nothing_of_them() -> None:
    assert not {"caps", "budgets", "ladders", "exchange_rates"} & program_content(program(SHOP)).keys()


def test_a_default_that_is_written_out_is_the_same_program() -> None:
    short = "ladders: {l: {name: L, counts: points, window: lifetime, tiers: {a: {from: 1}}}}"
    long = """
    ladders:
      l: {name: L, counts: points, window: lifetime, tiers: {a: {from: 1, name: a, perks: []}}, hold: none,
          fall: at_once, weights: {NORTH: 100%}, changes: []}
    """
    assert program_content(program(SHOP, short)) == program_content(program(SHOP, long))
    cap = "caps: {c: {offer: SUMMER, per: member, points: 5}}"
    said = "caps: {c: {offer: SUMMER, per: member, points: 5, window: ever, overrun: trim}}"
    rules = LIMITS.partition("caps:")[0]
    assert program_content(program(SHOP, rules, cap)) == program_content(program(SHOP, rules, said))


def test_changes_are_told_place_by_place() -> None:
    before = program(SHOP, STATUS, LIMITS)
    after = program(
        SHOP,
        STATUS.replace("1000.00 USD", "1200.00 USD").replace("0.91 EUR", "0.92 EUR").replace("12}}", "6}}"),
        LIMITS.replace("points: 500", "points: 600").replace("5000.00", "6000.00").replace(", overrun: allow", ""),
    )
    assert differences(program_content(before), program_content(after)) == (
        Difference("budgets.b.money", "5000.00 USD", "6000.00 USD"),
        Difference("budgets.b.overrun", "allow", ""),
        Difference("caps.c.points", "500", "600"),
        Difference("exchange_rates.new.minor_units", "0.91", "0.92"),
        Difference("ladders.status.changes.2027-01-01.tiers.gold.above", "1000.00 USD", "1200.00 USD"),
        Difference("ladders.status.fall.step.months", "12", "6"),
        Difference("ladders.status.tiers.gold.above", "1000.00 USD", "1200.00 USD"),
    )


def test_changes_are_told_in_the_words_of_files() -> None:
    texts = [
        f"""
        earn_rules: {{base: {{brand: NORTH, per_unit: {{points: 1}}}}}}
        ladders:
          s:
            {{name: S, counts: orders, window: lifetime, {scope}, tiers: {{a: {{{begins}, discount: {discount}}}}}}}
        caps: {{c: {{rules: base, per: member, points: 5, warn_at: {mark}}}}}
        """
        for scope, begins, discount, mark in (
            ("brand: NORTH", "from: 1", "5%", "1%"),
            ("from: 2026-01-01, weights: {PEAK: 12.5%}", "above: 1", "6%", "[2%, 3.25%]"),
        )
    ]
    before, after = (program_content(program(SHOP, text)) for text in texts)
    assert differences(before, after) == (
        Difference("caps.c.warn_at", "1%", "2%, 3.25%"),
        Difference("ladders.s.brand", "NORTH", ""),
        Difference("ladders.s.from", "", "2026-01-01"),
        Difference("ladders.s.tiers.a.above", "", "1"),
        Difference("ladders.s.tiers.a.discount", "5%", "6%"),
        Difference("ladders.s.tiers.a.from", "1", ""),
        Difference("ladders.s.weights", "", '{"PEAK": "12.50%"}'),
    )


def told(*texts: str) -> pb.Program:
    return revision(Revision("t", "rev_t", 1, NOON, program(SHOP, *texts))).program


def test_limits_are_told() -> None:
    cap, budget = told(LIMITS).limits
    assert cap == pb.Limit(
        limit_id="c",
        rule_ids=["base.NORTH", "base.PEAK", "summer"],
        holder=pb.LIMIT_HOLDER_MEMBER,
        window=pb.LIMIT_WINDOW_DAY,
        points=500,
        warn_at_basis_points=[3_333, 8_000],
    )
    assert (budget.offer_id, budget.holder, budget.window) == (
        "SUMMER",
        pb.LIMIT_HOLDER_LOCATION,
        pb.LIMIT_WINDOW_EVER,
    )
    assert (budget.money.minor_units, budget.HasField("points"), budget.soft) == (500_000, False, True)


def test_ladders_are_told() -> None:
    (message,) = told(STATUS).ladders
    first, second, third = message.versions
    assert (first.start_date, second.start_date, third.start_date) == ("", "2027-01-01", "2028-01-01")
    assert (first.spend.currency_code, third.WhichOneof("metric")) == ("USD", "orders")
    assert (first.window.rolling_months, third.window.year_from_month) == (12, 1)
    assert [(part.brand_id, part.weight) for part in first.brand_weights] == [("PEAK", 5_000)]
    gold = first.tiers[1]
    assert (gold.tier_id, gold.name, gold.threshold, gold.above) == ("gold", "Gold", 100_000, True)
    assert [(part.brand_id, part.factor.numerator) for part in gold.benefits.multipliers] == [("", 5), ("PEAK", 3)]
    assert (gold.benefits.discount_basis_points, list(gold.benefits.perks)) == (500, ["lounge", "parking"])
    assert first.hold.year_end == pb.TierYearEnd(years=1, months=2, first_month=1)
    assert first.fall == pb.TierFall(grace_days=30, step=pb.TierHold(span=pb.TierSpan(months=12)))
    assert (second.HasField("hold"), second.HasField("fall"), second.brand_id) == (False, False, "PEAK")


def test_a_brand_that_counts_fully_is_not_told() -> None:
    (message,) = told(STATUS.replace("PEAK: 50%", "PEAK: 50%, NORTH: 100%")).ladders
    assert [(part.brand_id, part.weight) for part in message.versions[0].brand_weights] == [("PEAK", 5_000)]


def test_promises_for_ever_and_life_long_windows_are_told() -> None:
    (message,) = told(
        "ladders: {l: {name: L, counts: base_points, window: lifetime, tiers: {a: {from: 1}}, hold: forever}}"
    ).ladders
    (version,) = message.versions
    assert (version.window.lifetime, version.hold.forever, version.points.base_only) == (True, True, True)


def test_exchange_rates_are_told() -> None:
    old, new = sorted(told(STATUS).exchange_rates, key=lambda rate: rate.start_date)
    assert (old.from_currency_code, old.to_currency_code, old.start_date, old.end_date) == (
        "USD",
        "EUR",
        "",
        "2026-01-01",
    )
    assert (old.minor_units.numerator, old.minor_units.denominator) == (181, 200)
    assert (new.start_date, new.end_date) == ("2026-01-01", "")


def test_a_ladder_has_the_version_of_a_day() -> None:
    found = Ladder("l", "L", versions(program(SHOP, STATUS)))
    assert found.at(date(2026, 12, 31)) is found.versions[0]
    assert found.at(date(2027, 1, 1)) is found.versions[1]
