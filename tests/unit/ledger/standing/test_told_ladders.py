"""Ladders as rules tell them become those that the ledger follows."""

from datetime import date

import pytest
from loyalty.rules.v1 import program_pb2 as told
from loyalty.type.v1 import money_pb2

from chassis.values.rounding import Ratio
from ledger_service.domain.standing.hold import Fall, Forever, Hold, Span, YearEnd
from ledger_service.domain.standing.ladder import Benefits, Comparison, Ladder, LadderVersion, Tier
from ledger_service.domain.standing.metric import DatedRate, Orders, Points, Scope, Spend
from ledger_service.domain.standing.window import Lifetime, Rolling, Window, Year
from ledger_service.peers.rules_ladders import ALWAYS, ladders_of

TIER = told.Tier(tier_id="gold", name="Gold", threshold=500)


def version(**more: object) -> told.LadderVersion:
    wanted = {"points": told.PointsMetric(), "window": told.LadderWindow(lifetime=True), "tiers": [TIER]} | more
    return told.LadderVersion(**wanted)  # type: ignore[arg-type]


def only(*versions: told.LadderVersion, rates: tuple[told.ExchangeRate, ...] = ()) -> Ladder:
    ladder = told.Ladder(ladder_id="status", name="Status", versions=versions)
    (found,) = ladders_of(told.Program(ladders=[ladder], exchange_rates=rates))
    return found


def test_a_ladder_with_everything_on_it() -> None:
    multiplier = told.TierMultiplier(brand_id="north", factor=money_pb2.Ratio(numerator=3, denominator=2))
    tier = told.Tier(
        tier_id="gold",
        name="Gold",
        threshold=500,
        above=True,
        benefits=told.TierBenefits(multipliers=[multiplier], discount_basis_points=500, perks=["lounge"]),
    )
    step = told.TierHold(year_end=told.TierYearEnd(years=1, months=2, first_month=4))
    found = only(
        version(
            start_date="2026-01-01",
            brand_weights=[told.BrandWeight(brand_id="peak", weight=5_000)],
            points=told.PointsMetric(base_only=True),
            window=told.LadderWindow(rolling_months=12),
            tiers=[tier],
            hold=told.TierHold(span=told.TierSpan(months=6, days=3)),
            fall=told.TierFall(grace_days=30, step=step),
        )
    )
    benefits = Benefits((("north", Ratio(3, 2)),), 500, ("lounge",))
    assert found == Ladder(
        "status",
        (
            LadderVersion(
                date(2026, 1, 1),
                Scope("", (("peak", 5_000),)),
                Points(base_only=True),
                Rolling(12),
                (Tier("gold", 500, Comparison.ABOVE, benefits, "Gold"),),
                Span(6, 3),
                Fall(30, YearEnd(1, 2, 4)),
            ),
        ),
        "Status",
    )


def test_what_always_was_begins_before_everything() -> None:
    assert only(version()).versions[0].start == ALWAYS


@pytest.mark.parametrize(
    ("window", "meant"),
    [
        (told.LadderWindow(rolling_months=12), Rolling(12)),
        (told.LadderWindow(year_from_month=4), Year(4)),
        (told.LadderWindow(lifetime=True), Lifetime()),
    ],
)
def test_windows(window: told.LadderWindow, meant: Window) -> None:
    assert only(version(window=window)).versions[0].window == meant


@pytest.mark.parametrize(
    ("hold", "meant"),
    [(told.TierHold(forever=True), Forever()), (told.TierHold(span=told.TierSpan(days=1)), Span(0, 1)), (None, Span())],
)
def test_holds(hold: told.TierHold | None, meant: Hold) -> None:
    assert only(version(hold=hold)).versions[0].hold == meant


def test_orders_at_one_brand() -> None:
    (found,) = only(version(brand_id="north", points=None, orders=told.OrdersMetric())).versions
    assert (found.scope, found.metric) == (Scope("north"), Orders())


def test_rates_to_the_ladders_currency_by_day_and_nothing_once_the_last_has_ended() -> None:
    def rate(currency: str, to: str, number: int, start: str, end: str) -> told.ExchangeRate:
        return told.ExchangeRate(
            rate_id=f"{currency}-{number}",
            from_currency_code=currency,
            to_currency_code=to,
            minor_units=money_pb2.Ratio(numerator=number, denominator=1),
            start_date=start,
            end_date=end,
        )

    rates = (
        rate("EUR", "USD", 2, "", "2026-02-01"),
        rate("EUR", "USD", 3, "2026-02-01", "2026-03-01"),
        rate("USD", "EUR", 5, "", ""),
        rate("GBP", "USD", 4, "2026-01-01", ""),
    )
    (found,) = only(version(points=None, spend=told.SpendMetric(currency_code="USD")), rates=rates).versions
    assert found.metric == Spend(
        "USD",
        (
            DatedRate("EUR", date.min, Ratio(2, 1)),
            DatedRate("EUR", date(2026, 2, 1), Ratio(3, 1)),
            DatedRate("EUR", date(2026, 3, 1), Ratio(0, 1)),
            DatedRate("GBP", date(2026, 1, 1), Ratio(4, 1)),
        ),
    )


def test_ladders_are_told_by_id() -> None:
    names = [told.Ladder(ladder_id=name, versions=[version()]) for name in ("status", "fame")]
    assert [ladder.ladder_id for ladder in ladders_of(told.Program(ladders=names))] == ["fame", "status"]
