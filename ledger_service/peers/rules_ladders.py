"""The rules service's ladders as values of the ledger."""

from collections.abc import Iterable, Iterator
from datetime import date

from loyalty.rules.v1 import program_pb2
from loyalty.type.v1 import money_pb2

from chassis.values.rounding import Ratio
from ledger_service.domain.standing.hold import NO_HOLD, Fall, Forever, Hold, Span, YearEnd
from ledger_service.domain.standing.ladder import Benefits, Comparison, Ladder, LadderVersion, Tier
from ledger_service.domain.standing.metric import DatedRate, Metric, Orders, Points, Scope, Spend
from ledger_service.domain.standing.window import Lifetime, Rolling, Window, Year

ALWAYS = date(1, 1, 2)
"""Begins what always was: before it lies only the day that stands for "nothing was followed yet"."""

_Rates = Iterable[program_pb2.ExchangeRate]


def ladders_of(program: program_pb2.Program) -> tuple[Ladder, ...]:
    """A program's ladders, by id."""
    ladders = (_ladder(message, program.exchange_rates) for message in program.ladders)
    return tuple(sorted(ladders, key=lambda ladder: ladder.ladder_id))


def _ladder(message: program_pb2.Ladder, rates: _Rates) -> Ladder:
    return Ladder(message.ladder_id, tuple(_version(one, rates) for one in message.versions), message.name)


def _version(message: program_pb2.LadderVersion, rates: _Rates) -> LadderVersion:
    return LadderVersion(
        start=_day(message.start_date, ALWAYS),
        scope=Scope(message.brand_id, tuple((one.brand_id, one.weight) for one in message.brand_weights)),
        metric=_metric(message, rates),
        window=_window(message.window),
        tiers=tuple(map(_tier, message.tiers)),
        hold=_hold(message.hold) if message.HasField("hold") else NO_HOLD,
        fall=Fall(message.fall.grace_days, _hold(message.fall.step) if message.fall.HasField("step") else None),
    )


def _metric(message: program_pb2.LadderVersion, rates: _Rates) -> Metric:
    match message.WhichOneof("metric"):
        case "spend":
            currency = message.spend.currency_code
            return Spend(currency, tuple(_rates_to(currency, rates)))
        case "points":
            return Points(message.points.base_only)
        case "orders":
            return Orders()
    raise ValueError("a ladder counts something")


def _rates_to(currency: str, rates: _Rates) -> Iterator[DatedRate]:
    """What other currencies count for, from when on; nothing once the last rate of one has ended."""
    mine = [rate for rate in rates if rate.to_currency_code == currency]
    begun = {(rate.from_currency_code, rate.start_date) for rate in mine}
    for rate in mine:
        yield DatedRate(rate.from_currency_code, _day(rate.start_date, date.min), _ratio(rate.minor_units))
        if rate.end_date and (rate.from_currency_code, rate.end_date) not in begun:
            yield DatedRate(rate.from_currency_code, date.fromisoformat(rate.end_date), Ratio(0, 1))


def _window(message: program_pb2.LadderWindow) -> Window:
    match message.WhichOneof("window"):
        case "rolling_months":
            return Rolling(message.rolling_months)
        case "year_from_month":
            return Year(message.year_from_month)
        case "lifetime":
            return Lifetime()
    raise ValueError("a ladder counts over some days")


def _hold(message: program_pb2.TierHold) -> Hold:
    match message.WhichOneof("hold"):
        case "span":
            return Span(message.span.months, message.span.days)
        case "year_end":
            return YearEnd(message.year_end.years, message.year_end.months, message.year_end.first_month)
        case "forever":
            return Forever()
    raise ValueError("a tier is promised for some time")


def _tier(message: program_pb2.Tier) -> Tier:
    return Tier(
        message.tier_id,
        message.threshold,
        Comparison.ABOVE if message.above else Comparison.AT_LEAST,
        Benefits(
            tuple((one.brand_id, _ratio(one.factor)) for one in message.benefits.multipliers),
            message.benefits.discount_basis_points,
            tuple(message.benefits.perks),
        ),
        message.name,
    )


def _ratio(message: money_pb2.Ratio) -> Ratio:
    return Ratio(message.numerator, message.denominator)


def _day(text: str, otherwise: date) -> date:
    return date.fromisoformat(text) if text else otherwise
