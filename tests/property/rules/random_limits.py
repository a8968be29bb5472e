"""Random limits of a program's rules, and random ladders and exchange rates, each from one number."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from chassis.values.money import Money
from chassis.values.rounding import Ratio
from rules_service.domain.exchange_rates import ExchangeRate
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
from rules_service.domain.limits import Limit, LimitHolder, LimitWindow
from rules_service.domain.program import Program
from tests.property.rules.random_rules import BRANDS

OFFERS = ("o1", "o2")
PERKS = ("lounge", "parking", "wifi")
FIRST_DAY = date(2024, 3, 8)


def limited(program: Program, seed: int) -> Program:
    """The program, some of its rules in offers, with up to five limits of any kind, some of which leave little."""
    chance = Random(seed)
    rules = tuple(replace(rule, offer_id=chance.choice(("", *OFFERS))) for rule in program.earn_rules)
    limits = tuple(limit_of(chance, number, [rule.rule_id for rule in rules]) for number in range(chance.randint(0, 5)))
    return replace(program, earn_rules=rules, limits=limits if rules else ())


def limit_of(chance: Random, number: int, rule_ids: list[str]) -> Limit:
    """A limit of an offer or some rules."""
    holder = chance.choice(list(LimitHolder))
    by_rules = rule_ids and chance.random() < 0.7
    some = tuple(sorted(chance.sample(rule_ids, chance.randint(1, len(rule_ids))))) if by_rules else ()
    money, points = chance.choice(((True, False), (False, True), (True, True)))
    return Limit(
        limit_id=f"l{number}",
        offer_id="" if some else chance.choice(OFFERS),
        rule_ids=some,
        holder=holder,
        window=chance.choice(list(LimitWindow)) if holder.is_counted else LimitWindow.EVER,
        points=chance.choice((0, 1, 7, 50, 400)) if points else None,
        money=Money("USD", chance.choice((0, 1, 9, 77, 300))) if money else None,
        soft=holder.is_counted and chance.random() < 0.3,
        warn_at=tuple(sorted(chance.sample(range(1, 10_000), chance.randint(0, 2)))) if holder.is_counted else (),
    )


def ladder_of(seed: int, number: int) -> Ladder:
    """A ladder with one to three versions."""
    chance = Random(seed)
    starts = sorted(chance.sample(range(1_000), chance.randint(1, 3)))
    days: list[date | None] = [FIRST_DAY + timedelta(days=start) for start in starts]
    if chance.random() < 0.5:
        days[0] = None
    return Ladder(f"ladder{number}", "Status", tuple(_version(chance, day) for day in days))


def exchange_rates_of(seed: int) -> tuple[ExchangeRate, ...]:
    """Chains of rates between two currencies, one each way; that into dollars changes within few days."""
    chance = Random(seed)
    return (*_rates_of(chance, "USD", "EUR", 900), *_rates_of(chance, "EUR", "USD", 6))


def _rates_of(chance: Random, source: str, target: str, most_days: int) -> tuple[ExchangeRate, ...]:
    """One chain; sometimes it has a beginning."""
    later = sorted(chance.sample(range(most_days), chance.randint(0, 3)))
    days = [FIRST_DAY + timedelta(days=number) for number in later]
    starts: list[date | None] = [None, *days]
    spans = list(zip(starts, [*days, None], strict=True))[chance.choice((0, 0, 1)) :]
    return tuple(
        ExchangeRate(f"{source}-{number}", source, target, _ratio(chance), start, end)
        for number, (start, end) in enumerate(spans)
    )


def _version(chance: Random, start: date | None) -> LadderVersion:
    brand = chance.choice(("", *BRANDS))
    weights = () if brand or chance.random() < 0.5 else (BrandWeight("A", chance.choice((0, 1, 5_000, 20_000))),)
    metric: Metric = chance.choice((SpendMetric("USD"), PointsMetric(), PointsMetric(True), OrdersMetric()))
    window: LadderWindow = chance.choice(
        (RollingMonths(chance.randint(1, 1_200)), YearFrom(4), YearFrom(), WholeLife())
    )
    thresholds = sorted(chance.sample(range(1, 100_000), chance.randint(1, 4)))
    tiers = tuple(_tier(chance, f"t{number}", least) for number, least in enumerate(thresholds))
    fall = TierFall(chance.choice((0, 30)), chance.choice((None, _hold(chance))))
    return LadderVersion(start, brand, weights, metric, window, tiers, chance.choice((None, _hold(chance))), fall)


def _tier(chance: Random, tier_id: str, threshold: int) -> Tier:
    named = sorted(chance.sample(("", *BRANDS), chance.randint(0, 3)))
    factors = tuple(TierMultiplier(brand, Ratio.of(1 + Fraction(chance.randint(0, 9), 4))) for brand in named)
    perks = tuple(sorted(chance.sample(PERKS, chance.randint(0, 2))))
    benefits = TierBenefits(factors, chance.choice((0, 500)), perks)
    return Tier(tier_id, chance.choice((tier_id, "Gold")), threshold, chance.random() < 0.3, benefits)


def _hold(chance: Random) -> TierHold:
    choices: tuple[TierHold, ...] = (
        HoldSpan(chance.randint(1, 24), chance.choice((0, 9))),
        HoldYearEnd(chance.randint(0, 2), chance.choice((0, 2)), chance.choice((1, 4))),
        HoldForever(),
    )
    return chance.choice(choices)


def _ratio(chance: Random) -> Ratio:
    return Ratio.of(Fraction(chance.randint(1, 300), chance.randint(1, 300)))
