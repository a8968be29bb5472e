"""What an agreement makes a funder pay when its points are spent elsewhere (docs/DOMAIN.md §9).

Everything is exact until the price, which is rounded once, half-up; only then it is cut to the cap, which is floored.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from chassis.values.integers import checked
from chassis.values.money import Money
from chassis.values.rounding import round_half_up
from chassis.values.splits import largest_remainder
from ledger_service.domain import refusals
from ledger_service.domain.accrual import FULL_SHARE, Accrual, Funder
from ledger_service.domain.redemption import RedemptionTerms, SettlementTerm

UNPRICED = Fraction(1 << 62)
"""Dearer than anything that has a price."""


class FunderPrice(NamedTuple):
    """What one funder bears of a redeemed movement, in minor units; by which agreement and rate it owes it, both empty
    where it owes nobody."""

    amount: int
    agreement_id: str = ""
    rate_id: str = ""


NOTHING_BORNE = FunderPrice(0)


class _Exact(NamedTuple):
    """An exact amount in minor units, and the rate that it took."""

    numerator: int
    denominator: int
    rate_id: str = ""

    def times(self, numerator: int, denominator: int, rate_id: str = "") -> "_Exact":
        return _Exact(self.numerator * numerator, self.denominator * denominator, rate_id or self.rate_id)


def prices_of(accrual: Accrual, points: int, value: Money, terms: RedemptionTerms) -> tuple[FunderPrice, ...]:
    """What each funder of an accrual bears of so many of its points, worth `value`; NO_SETTLEMENT_TERMS. One's own
    points owe nobody, but their funder bears its share of the value; points that owe nobody are borne by nobody."""
    if accrual.owes_nobody:
        return (NOTHING_BORNE,) * len(accrual.funders)
    faces = largest_remainder(value.minor_units, [funder.share for funder in accrual.funders])
    return tuple(
        FunderPrice(face) if funder.entity == terms.redeemer else _price(accrual, funder, points, face, terms)
        for funder, face in zip(accrual.funders, faces, strict=True)
    )


def _price(accrual: Accrual, funder: Funder, points: int, face: int, terms: RedemptionTerms) -> FunderPrice:
    term = terms.settlement.get(funder.entity)
    base = None if term is None else _base(accrual, funder, points, _Exact(face, 1), terms, term)
    if term is None or base is None:
        raise refusals.no_settlement_terms(funder.entity, terms.redeemer)
    exact = _with_fee(base, term)
    amount = round_half_up(exact.numerator, exact.denominator)
    if term.cap_of_face is not None:
        amount = min(amount, term.cap_of_face.floor_of(face))
    return FunderPrice(checked(amount, "settlement price"), term.agreement_id, exact.rate_id)


def _base(
    accrual: Accrual, funder: Funder, points: int, face: _Exact, terms: RedemptionTerms, term: SettlementTerm
) -> _Exact | None:
    """The price before fee and cap; None if the agreement or the rates have none in the redemption's currency."""
    if term.share_of_face is not None:
        return face.times(term.share_of_face.numerator, term.share_of_face.denominator)
    carried = _Exact(points * funder.share, FULL_SHARE)
    if term.per_point is not None:
        return carried.times(term.per_point.numerator, term.per_point.denominator)
    if term.share_of_liability is None:
        return None
    rate, share = accrual.liability.per_point, term.share_of_liability
    stood_for = carried.times(rate.numerator, rate.denominator).times(share.numerator, share.denominator)
    if accrual.liability.currency == terms.here.rate.currency:
        return stood_for
    change = terms.currencies.get(accrual.liability.currency)
    if change is None:
        return None
    return stood_for.times(change.minor_units.numerator, change.minor_units.denominator, change.rate_id)


def _with_fee(base: _Exact, term: SettlementTerm) -> _Exact:
    return base.times(term.fee.numerator + term.fee.denominator, term.fee.denominator)


def per_point(accrual: Accrual, terms: RedemptionTerms) -> Fraction:
    """What its funders would owe for one point, exactly, in minor units of the redemption's currency: before anything
    is rounded, and with the cap as the same part of a point's exact value there. UNPRICED without terms."""
    if accrual.owes_nobody:
        return Fraction(0)
    price = Fraction(0)
    for funder in accrual.funders:
        if funder.entity == terms.redeemer:
            continue
        term = terms.settlement.get(funder.entity)
        value = terms.here.rate.per_point
        face = _Exact(value.numerator, value.denominator).times(funder.share, FULL_SHARE)
        base = None if term is None else _base(accrual, funder, 1, face, terms, term)
        if term is None or base is None:
            return UNPRICED
        exact = _with_fee(base, term)
        owed = Fraction(exact.numerator, exact.denominator)
        if term.cap_of_face is not None:
            owed = min(owed, term.cap_of_face.fraction() * Fraction(face.numerator, face.denominator))
        price += owed
    return price


def settleable(accruals: Sequence[Accrual], terms: RedemptionTerms) -> None:
    """NO_SETTLEMENT_TERMS if points of one of them could not be settled on these terms."""
    nothing = Money(terms.here.rate.currency, 0)
    for accrual in accruals:
        prices_of(accrual, 0, nothing, terms)
