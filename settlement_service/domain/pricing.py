"""What points spent elsewhere cost by the agreements, priced again (docs/DOMAIN.md §9, ADR 0052).

Written from the words of the agreements, in exact fractions, and sharing nothing with the ledger's pricing: not its
terms, its splits or its roundings. Two programs that agree to the cent were right, or wrong in the same way twice.

Of points worth `value` at the redeemer, a funder's part of the face is its largest-remainder share. The base of its
price is that part · share of face, or its points at their carried rate · share of liability, or its points · price per
point. Price = base + fee, half up, rounded once; then no more than the whole units of cap · face part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from settlement_service.domain.program_facts import Agreement, ExchangeRate

WHOLE = 10_000
"""Basis points of all funders together."""

LONGEST_HOLD = timedelta(days=31)
"""How long before its capture an authorization may have fixed the terms."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Points of one accrual spent with `redeemer`: `value` minor units of `currency` there. `funders` carry it in basis
    points; `rate` is what a point stands for in their books, minor units of `carried_in`."""

    points: int
    funders: tuple[tuple[str, int], ...]
    rate: Fraction
    carried_in: str
    redeemer: str
    value: int
    currency: str
    occur_time: datetime
    local_day: date


@dataclass(frozen=True, slots=True)
class Priced:
    """What one funder owes, and why."""

    minor_units: int
    agreement_id: str


class NoTermsError(Exception):
    """No agreement in force says what a funder owes."""


def face_parts(value: int, funders: Sequence[tuple[str, int]]) -> dict[str, int]:
    """The face value over the funders by largest remainder, ties to who comes first. A negative value is what is given
    back: the parts of its opposite, negated."""
    if value < 0:
        return {entity: -part for entity, part in face_parts(-value, funders).items()}
    whole = sum(weight for _, weight in funders)
    quotas = [Fraction(value * weight, whole) for _, weight in funders]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    missing = value - sum(parts)
    neediest = sorted(range(len(quotas)), key=lambda index: (parts[index] - quotas[index], index))
    for index in neediest[:missing]:
        parts[index] += 1
    return {entity: part for (entity, _), part in zip(funders, parts, strict=True)}


def half_up(exact: Fraction) -> int:
    """To the nearest whole number, halves away from zero."""
    if exact < 0:
        return -half_up(-exact)
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def agreement_between(agreements: Iterable[Agreement], issuer: str, redeemer: str, at: datetime) -> Agreement | None:
    """The agreement in force that names most of the pair: both, else the issuer, else the redeemer, else nobody."""
    found: dict[tuple[bool, bool], Agreement] = {}
    for agreement in agreements:
        fits = agreement.issuer in ("", issuer) and agreement.redeemer in ("", redeemer)
        if fits and agreement.interval.contains(at):
            found[agreement.issuer != "", agreement.redeemer != ""] = agreement
    for names in ((True, True), (True, False), (False, True), (False, False)):
        if names in found:
            return found[names]
    return None


def price_by(agreement: Agreement, spent: Spent, weight: int, face: int, rates: Iterable[ExchangeRate]) -> int:
    """What a funder of `weight` basis points owes by one agreement. Raises NoTermsError."""
    share_of_points = Fraction(spent.points * weight, WHOLE)
    if agreement.share_of_face is not None:
        base = face * agreement.share_of_face.fraction()
    elif agreement.share_of_liability is not None:
        base = share_of_points * spent.rate * agreement.share_of_liability.fraction() * _exchanged(spent, rates)
    else:
        price = agreement.price_per_point.get(spent.currency)
        if price is None:
            raise NoTermsError(f"agreement {agreement.agreement_id} has no price in {spent.currency}")
        base = share_of_points * price.fraction()
    asked = half_up(base * (1 + agreement.fee.fraction()))
    if agreement.cap_of_face is None:
        return asked
    most = face * agreement.cap_of_face.fraction()
    return min(asked, most.numerator // most.denominator)


def prices_of(spent: Spent, agreements: Sequence[Agreement], rates: Sequence[ExchangeRate]) -> dict[str, Priced]:
    """What each funder but the redeemer itself owes the redeemer; nothing where it comes to nothing. Raises
    NoTermsError if one of them has no terms."""
    if spent.value < 0:
        raise ValueError("what is given back costs what was paid, it is not priced")
    faces = face_parts(spent.value, spent.funders)
    owed: dict[str, Priced] = {}
    for entity, weight in spent.funders:
        if entity == spent.redeemer:
            continue
        agreement = agreement_between(agreements, entity, spent.redeemer, spent.occur_time)
        if agreement is None:
            raise NoTermsError(f"no agreement says what {entity} owes {spent.redeemer}")
        amount = price_by(agreement, spent, weight, faces[entity], rates)
        if amount:
            owed[entity] = Priced(amount, agreement.agreement_id)
    return owed


def earlier_terms(agreements: Iterable[Agreement], at: datetime) -> tuple[datetime, ...]:
    """The last instants of agreements that ended within the longest hold before `at`, latest first: what an
    authorization may have fixed for a capture now."""
    ends = {each.interval.end for each in agreements if each.interval.end is not None}
    return tuple(
        end - timedelta(microseconds=1) for end in sorted(ends, reverse=True) if at - LONGEST_HOLD <= end <= at
    )


def _exchanged(spent: Spent, rates: Iterable[ExchangeRate]) -> Fraction:
    """Minor units of the redemption's currency for one of the accrual's."""
    if spent.carried_in == spent.currency:
        return Fraction(1)
    for rate in rates:
        if (rate.source, rate.target) == (spent.carried_in, spent.currency) and rate.holds_on(spent.local_day):
            return rate.ratio.fraction()
    raise NoTermsError(f"no rate from {spent.carried_in} to {spent.currency} on {spent.local_day}")
