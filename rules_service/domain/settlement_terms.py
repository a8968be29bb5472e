"""What entities pay when their points are spent at a redeemer: agreements in force, as terms in one currency."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from chassis.values.calendar import Interval, start_of_day
from chassis.values.rounding import ONE
from rules_service.domain.exchange_rates import ExchangeRate
from rules_service.domain.program import Agreement, PricePerPoint, Program, ShareOfFace, ShareOfLiability
from rules_service.domain.redemption_terms import CurrencyTerm, PointPrice, SettlementTerm, TermPrice


def settlement_terms(
    program: Program, redeemer: str, currency_code: str, occur_time: datetime
) -> tuple[SettlementTerm, ...]:
    """One term per entity that has one, by id. One's own points owe nobody and need no agreement.

    An agreement that prices points, but not in this currency, gives no term: nobody can say what is owed.
    """
    in_force = [
        agreement
        for agreement in program.agreements
        if agreement.redeemer_entity_id in ("", redeemer) and agreement.interval.contains(occur_time)
    ]
    terms = []
    for entity_id in sorted(entity.entity_id for entity in program.entities):
        if entity_id == redeemer:
            terms.append(SettlementTerm(entity_id, "", ShareOfFace(ONE)))
        elif (agreement := _closest(in_force, entity_id)) and (price := _price(agreement, currency_code)):
            term = SettlementTerm(entity_id, agreement.agreement_id, price, agreement.fee, agreement.cap_of_face)
            terms.append(term)
    return tuple(terms)


def needed_rates(
    program: Program, terms: Iterable[SettlementTerm], currency_code: str, tz: ZoneInfo
) -> Sequence[tuple[ExchangeRate, Interval]]:
    """The rates into a currency that prices by liability value may need, now or later: from every other currency in
    which a brand's points stand for something; each with the time it is in force at a place."""
    if not any(isinstance(term.price, ShareOfLiability) for term in terms):
        return ()
    carried = {rate.currency_code for brand in program.brands for rate in brand.liability_values}
    return [
        (rate, _interval(rate, tz))
        for rate in program.exchange_rates
        if rate.to_currency == currency_code and rate.from_currency in carried
    ]


def currency_terms(rates: Iterable[tuple[ExchangeRate, Interval]], occur_time: datetime) -> tuple[CurrencyTerm, ...]:
    """Those in force, by currency."""
    found = (rate for rate, interval in rates if interval.contains(occur_time))
    terms = (CurrencyTerm(rate.from_currency, rate.rate_id, rate.ratio) for rate in found)
    return tuple(sorted(terms, key=lambda term: term.currency_code))


def price_in(price: PricePerPoint, currency_code: str) -> PointPrice | None:
    """The price of a point in a currency, if there is one."""
    for rate in price.rates:
        if rate.currency_code == currency_code:
            return PointPrice(rate.minor_units_per_point)
    return None


def _closest(in_force: Iterable[Agreement], issuer: str) -> Agreement | None:
    """The agreement that names the most: the pair, else the issuer, else the redeemer, else nobody."""
    fitting = [agreement for agreement in in_force if agreement.issuer_entity_id in ("", issuer)]
    return max(
        fitting,
        key=lambda agreement: (bool(agreement.issuer_entity_id), bool(agreement.redeemer_entity_id)),
        default=None,
    )


def _price(agreement: Agreement, currency_code: str) -> TermPrice | None:
    if isinstance(agreement.price, PricePerPoint):
        return price_in(agreement.price, currency_code)
    return agreement.price


def _interval(rate: ExchangeRate, tz: ZoneInfo) -> Interval:
    return Interval(
        start=start_of_day(rate.start, tz) if rate.start is not None else None,
        end=start_of_day(rate.end, tz) if rate.end is not None else None,
    )
