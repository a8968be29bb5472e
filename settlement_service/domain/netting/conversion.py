"""Legs in the currency they are settled in: each is rounded once, by an exact rate, before anything is netted.

Both parties of a leg book the same whole number, so nets sum to exactly zero whatever was rounded, and no third party
nor an account of the program carries a rounding cent: what the creditor gets above the exact value (at most half a
minor unit) is what the debtor of the same leg pays above it. A half is rounded up, for the creditor.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from chassis.values.integers import checked
from chassis.values.money import is_currency
from chassis.values.rounding import ONE, Ratio, round_half_up
from settlement_service.domain.netting.faults import Fault, FaultKind, NotNettable
from settlement_service.domain.netting.legs import Leg


@dataclass(frozen=True, slots=True)
class Rate:
    """`ratio` minor units of the settlement currency, above 0, for one minor unit of `currency`."""

    rate_id: str
    currency: str
    ratio: Ratio


@dataclass(frozen=True, slots=True)
class SettledLeg:
    """A leg and what it is in the currency it is settled in. `rate_id` is empty where that is its own.

    `rounding` = `minor_units` − exact value, between −1/2 (excluded) and 1/2: above zero the creditor gets it.
    """

    leg: Leg
    currency: str
    minor_units: int
    rate_id: str
    rounding: Fraction


def as_they_are(legs: Iterable[Leg]) -> tuple[SettledLeg, ...]:
    """Legs that are settled in their own currencies."""
    return tuple(SettledLeg(leg, leg.currency, leg.minor_units, "", Fraction(0)) for leg in legs)


def converted(legs: Sequence[Leg], currency: str, rates: Sequence[Rate]) -> tuple[SettledLeg, ...]:
    """Legs in the settlement currency; those already in it stay as they are.

    Raises NotNettable for a currency without a rate, rates that are not above 0, or two for one currency;
    AMOUNT_OUT_OF_RANGE if an amount does not fit.
    """
    if faults := list(_faults(legs, currency, rates)):
        raise NotNettable(faults)
    by_currency = {rate.currency: rate for rate in rates} | {currency: Rate("", currency, ONE)}
    return tuple(_settled(leg, currency, by_currency) for leg in legs)


def _settled(leg: Leg, currency: str, rates: Mapping[str, Rate]) -> SettledLeg:
    rate = rates[leg.currency]
    amount = round_half_up(leg.minor_units * rate.ratio.numerator, rate.ratio.denominator)
    checked(amount, f"what {leg.debtor} owes {leg.creditor} in {leg.currency}, in {currency}")
    return SettledLeg(leg, currency, amount, rate.rate_id, amount - leg.minor_units * rate.ratio.fraction())


def _faults(legs: Sequence[Leg], currency: str, rates: Sequence[Rate]) -> Iterator[Fault]:
    if not is_currency(currency):
        yield Fault(FaultKind.CURRENCY_UNKNOWN, "settlement currency", f"{currency!r} is no currency of ISO 4217")
    seen: set[str] = set()
    for rate in rates:
        if rate.currency in seen:
            yield Fault(FaultKind.RATE_MALFORMED, rate.currency, "has several rates")
        if rate.ratio.numerator == 0:
            yield Fault(FaultKind.RATE_MALFORMED, rate.currency, f"rate {rate.rate_id!r} is not above 0")
        if rate.currency == currency:
            yield Fault(FaultKind.RATE_MALFORMED, rate.currency, "is the settlement currency and needs no rate")
        seen.add(rate.currency)
    for missing in sorted({leg.currency for leg in legs} - seen - {currency}):
        yield Fault(FaultKind.RATE_MISSING, missing, f"has no rate to {currency}")
