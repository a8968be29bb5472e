"""Ladders of tiers, and exchange rates → protobuf."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from loyalty.rules.v1 import program_pb2 as pb

from rules_service.domain.exchange_rates import ExchangeRate
from rules_service.domain.ladders import (
    FULL_WEIGHT,
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
    TierFall,
    TierHold,
    YearFrom,
)
from rules_service.wire.numbers import ratio


def ladder_message(ladder: Ladder) -> pb.Ladder:
    """A ladder with its versions."""
    versions = [_version(version) for version in ladder.versions]
    return pb.Ladder(ladder_id=ladder.ladder_id, name=ladder.name, versions=versions)


def exchange_rate_message(rate: ExchangeRate) -> pb.ExchangeRate:
    """What money of one currency is in another."""
    return pb.ExchangeRate(
        rate_id=rate.rate_id,
        from_currency_code=rate.from_currency,
        to_currency_code=rate.to_currency,
        minor_units=ratio(rate.ratio),
        start_date=_date(rate.start),
        end_date=_date(rate.end),
    )


def _version(version: LadderVersion) -> pb.LadderVersion:
    return pb.LadderVersion(
        start_date=_date(version.start),
        brand_id=version.brand_id,
        brand_weights=[
            pb.BrandWeight(brand_id=part.brand_id, weight=part.weight)
            for part in version.brand_weights
            if part.weight != FULL_WEIGHT
        ],
        **_metric(version.metric),
        window=_window(version.window),
        tiers=[_tier(tier) for tier in version.tiers],
        hold=_hold(version.hold) if version.hold is not None else None,
        fall=_fall(version.fall) if version.fall != TierFall() else None,
    )


def _metric(metric: Metric) -> Mapping[str, Any]:
    if isinstance(metric, SpendMetric):
        return {"spend": pb.SpendMetric(currency_code=metric.currency_code)}
    if isinstance(metric, PointsMetric):
        return {"points": pb.PointsMetric(base_only=metric.base_only)}
    assert isinstance(metric, OrdersMetric)
    return {"orders": pb.OrdersMetric()}


def _window(window: LadderWindow) -> pb.LadderWindow:
    if isinstance(window, RollingMonths):
        return pb.LadderWindow(rolling_months=window.months)
    if isinstance(window, YearFrom):
        return pb.LadderWindow(year_from_month=window.month)
    return pb.LadderWindow(lifetime=True)


def _tier(tier: Tier) -> pb.Tier:
    benefits = tier.benefits
    return pb.Tier(
        tier_id=tier.tier_id,
        name=tier.name,
        threshold=tier.threshold,
        above=tier.above,
        benefits=pb.TierBenefits(
            multipliers=[
                pb.TierMultiplier(brand_id=part.brand_id, factor=ratio(part.factor)) for part in benefits.multipliers
            ],
            discount_basis_points=benefits.discount_basis_points,
            perks=benefits.perks,
        ),
    )


def _hold(hold: TierHold) -> pb.TierHold:
    if isinstance(hold, HoldSpan):
        return pb.TierHold(span=pb.TierSpan(months=hold.months, days=hold.days))
    if isinstance(hold, HoldYearEnd):
        ends = pb.TierYearEnd(years=hold.years, months=hold.months, first_month=hold.first_month)
        return pb.TierHold(year_end=ends)
    assert isinstance(hold, HoldForever)
    return pb.TierHold(forever=True)


def _fall(fall: TierFall) -> pb.TierFall:
    return pb.TierFall(grace_days=fall.grace_days, step=_hold(fall.step) if fall.step is not None else None)


def _date(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
