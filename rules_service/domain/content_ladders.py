"""Ladders and exchange rates in normal form, and the way back. What is at its default is absent (see `content`)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chassis.values.canonical import Plain
from chassis.values.money import Money
from chassis.values.rounding import Ratio
from rules_service.domain.content_amounts import amounts_content, read_amounts
from rules_service.domain.content_holds import hold_content, read_hold
from rules_service.domain.exchange_rates import ExchangeRate
from rules_service.domain.ladders import (
    FULL_WEIGHT,
    BrandWeight,
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
    TierMultiplier,
    WholeLife,
    YearFrom,
)
from rules_service.domain.numbers import ratio_text

ALWAYS = "always"
"""Key of the version that has no start."""
ANY_BRAND = "*"
"""Key of the multiplier for every brand that is not named; no id."""
LIFETIME = "lifetime"

PlainMap = dict[str, Plain]


def ladder_content(ladder: Ladder) -> PlainMap:
    """The normal form of a ladder without its id."""
    return {"name": ladder.name, "versions": {_start(version.start): _version(version) for version in ladder.versions}}


def exchange_rate_content(rate: ExchangeRate) -> PlainMap:
    """The normal form of an exchange rate without its id."""
    return _present(
        from_currency=rate.from_currency,
        to_currency=rate.to_currency,
        minor_units=ratio_text(rate.ratio),
        start_date=rate.start.isoformat() if rate.start else None,
        end_date=rate.end.isoformat() if rate.end else None,
    )


def read_ladder(ladder_id: str, noun: Mapping[str, Any]) -> Ladder:
    """The ladder of a stored content, its versions by start."""
    versions = sorted(noun["versions"].items(), key=lambda item: "" if item[0] == ALWAYS else item[0])
    return Ladder(ladder_id, noun["name"], tuple(_read_version(start, version) for start, version in versions))


def read_exchange_rate(rate_id: str, noun: Mapping[str, Any]) -> ExchangeRate:
    """The exchange rate of a stored content."""
    return ExchangeRate(
        rate_id=rate_id,
        from_currency=noun["from_currency"],
        to_currency=noun["to_currency"],
        ratio=Ratio.of(noun["minor_units"]),
        start=_date(noun.get("start_date")),
        end=_date(noun.get("end_date")),
    )


def _version(version: LadderVersion) -> PlainMap:
    return _present(
        brand_id=version.brand_id,
        weights={part.brand_id: part.weight for part in version.brand_weights if part.weight != FULL_WEIGHT},
        counts=_metric(version.metric),
        window=_window(version.window),
        tiers={tier.tier_id: _tier(tier, version.metric) for tier in version.tiers},
        hold=hold_content(version.hold),
        fall=_present(grace_days=version.fall.grace_days or None, step=hold_content(version.fall.step)),
    )


def _read_version(start: str, noun: Mapping[str, Any]) -> LadderVersion:
    fall = noun.get("fall", {})
    return LadderVersion(
        start=None if start == ALWAYS else date.fromisoformat(start),
        brand_id=noun.get("brand_id", ""),
        brand_weights=tuple(BrandWeight(key, weight) for key, weight in sorted(noun.get("weights", {}).items())),
        metric=_read_metric(noun["counts"]),
        window=_read_window(noun["window"]),
        tiers=tuple(sorted((_read_tier(key, tier) for key, tier in noun["tiers"].items()), key=Tier.height)),
        hold=read_hold(noun.get("hold")),
        fall=TierFall(fall.get("grace_days", 0), read_hold(fall.get("step"))),
    )


def _metric(metric: Metric) -> Plain:
    if isinstance(metric, SpendMetric):
        return {"spend": metric.currency_code}
    if isinstance(metric, PointsMetric):
        return "base_points" if metric.base_only else "points"
    return "orders"


def _read_metric(stored: Any) -> Metric:
    if isinstance(stored, Mapping):
        return SpendMetric(stored["spend"])
    return OrdersMetric() if stored == "orders" else PointsMetric(stored == "base_points")


def _window(window: LadderWindow) -> Plain:
    if isinstance(window, RollingMonths):
        return {"rolling_months": window.months}
    return {"year_from_month": window.month} if isinstance(window, YearFrom) else LIFETIME


def _read_window(stored: Any) -> LadderWindow:
    if stored == LIFETIME:
        return WholeLife()
    if "rolling_months" in stored:
        return RollingMonths(stored["rolling_months"])
    return YearFrom(stored["year_from_month"])


def _tier(tier: Tier, metric: Metric) -> PlainMap:
    benefits = tier.benefits
    spend = Money(metric.currency_code, tier.threshold) if isinstance(metric, SpendMetric) else None
    return _present(
        name=tier.name,
        threshold=amounts_content([spend]) if spend is not None else tier.threshold,
        above=tier.above,
        multipliers={part.brand_id or ANY_BRAND: ratio_text(part.factor) for part in benefits.multipliers},
        discount_basis_points=benefits.discount_basis_points or None,
        perks=sorted(benefits.perks),
    )


def _read_tier(tier_id: str, noun: Mapping[str, Any]) -> Tier:
    factors = noun.get("multipliers", {}).items()
    multipliers = sorted(("" if key == ANY_BRAND else key, factor) for key, factor in factors)
    threshold = noun["threshold"]
    return Tier(
        tier_id=tier_id,
        name=noun["name"],
        threshold=read_amounts(threshold)[0].minor_units if isinstance(threshold, Mapping) else threshold,
        above=noun.get("above", False),
        benefits=TierBenefits(
            tuple(TierMultiplier(brand_id, Ratio.of(factor)) for brand_id, factor in multipliers),
            noun.get("discount_basis_points", 0),
            tuple(noun.get("perks", ())),
        ),
    )


def _start(start: date | None) -> str:
    return start.isoformat() if start else ALWAYS


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _present(**fields: Plain) -> PlainMap:
    """The fields that say something; a threshold of 0 does."""
    return {name: value for name, value in fields.items() if value not in ("", None, [], {}) and value is not False}
