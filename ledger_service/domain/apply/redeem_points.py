"""Spending points: exact accruals in burn order, and what their funders owe the redeemer (docs/DOMAIN.md §5)."""

from chassis.values.integers import checked
from chassis.values.money import Money
from chassis.values.rounding import round_half_up
from chassis.values.splits import largest_remainder
from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import RedemptionAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.commands import RedeemPoints
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind, Obligation, Settlement
from ledger_service.domain.redemption import Burn, Redemption, RedemptionTerms

IMPLIED_LINE = 1
"""A redemption that is not attached to an order has one line."""


def redeem_points(draft: Draft, command: RedeemPoints) -> Applied:
    """Burns the points, values each piece by largest remainder, and writes who owes whom for it."""
    value = _value(command)
    pieces = _take(draft, command.points)
    values = largest_remainder(value.minor_units, [points for _, points in pieces])
    for (accrual, points), minor_units in zip(pieces, values, strict=True):
        _burn(draft, command, accrual, points, Money(value.currency_code, minor_units))
    wallet = draft.close()
    redemption = _redemption(draft, command, value)
    answer = RedemptionAnswer(redemption, wallet, draft.stamp.position)
    terms = command.terms
    subject = Subject(EventType.POINTS_REDEEMED, command.redemption_id, terms.here.brand, terms.redeemer)
    return draft.finish(answer, subject, redemption=redemption)


def _value(command: RedeemPoints) -> Money:
    """What the points are worth, floored to the minor unit; refused if nothing or not what was quoted."""
    rate = command.terms.here.rate
    minor_units = checked(rate.per_point.floor_of(command.points), "redemption value")
    if minor_units == 0:
        raise refusals.worth_nothing(command.points, command.terms.here.brand)
    if command.quoted is not None and command.quoted != minor_units:
        raise refusals.quote_changed(command.quoted, minor_units, rate.currency)
    return Money(rate.currency, minor_units)


def _take(draft: Draft, points: int) -> list[tuple[Accrual, int]]:
    """Which accruals give how many points, in burn order. Open debt comes first, so it is not spendable."""
    candidates = draft.spendable()
    open_debt = draft.wallet.debt
    if sum(accrual.remaining for accrual in candidates) < points + open_debt:
        draft.require_all_spendable()
        raise refusals.insufficient_points(points, draft.view().available)
    pieces: list[tuple[Accrual, int]] = []
    for accrual in candidates:
        if points == 0:
            break
        taken = min(points, accrual.remaining)
        pieces.append((accrual, taken))
        points -= taken
    return pieces


def _burn(draft: Draft, command: RedeemPoints, accrual: Accrual, points: int, value: Money) -> None:
    obligations, borne = _obligations(accrual, value, command.terms)
    price = Money(value.currency_code, checked(sum(borne), "settlement price"))
    movement = draft.move(
        accrual,
        MovementKind.REDEEMED,
        points,
        Cause.REDEMPTION,
        command.redemption_id,
        IMPLIED_LINE,
        Settlement(value=value, price=price, obligations=obligations),
    )
    draft.put_burn(Burn(accrual.program, movement.ref, accrual.accrual_id, points, price, borne))


def _obligations(
    accrual: Accrual, value: Money, terms: RedemptionTerms
) -> tuple[tuple[Obligation, ...], tuple[int, ...]]:
    """What each funder owes the redeemer, and what each bears. One's own points owe nobody."""
    shares = largest_remainder(value.minor_units, [funder.share for funder in accrual.funders])
    obligations: list[Obligation] = []
    borne: list[int] = []
    for funder, share in zip(accrual.funders, shares, strict=True):
        if funder.entity == terms.redeemer:
            borne.append(share)
            continue
        term = terms.settlement.get(funder.entity)
        if term is None:
            raise refusals.no_settlement_terms(funder.entity, terms.redeemer)
        ratio = term.share_of_face
        amount = checked(round_half_up(share * ratio.numerator, ratio.denominator), "settlement price")
        borne.append(amount)
        if amount:
            owed = Money(value.currency_code, amount)
            obligations.append(Obligation(funder.entity, terms.redeemer, owed, term.agreement_id))
    return tuple(obligations), tuple(borne)


def _redemption(draft: Draft, command: RedeemPoints, value: Money) -> Redemption:
    origin, terms = command.origin, command.terms
    return Redemption(
        program=origin.program,
        redemption_id=command.redemption_id,
        root=origin.wallet.member,
        brand=terms.here.brand,
        redeemer=terms.redeemer,
        location_id=origin.location_id,
        points=command.points,
        value=value,
        rate=terms.here.rate,
        revision=origin.revision,
        occur_time=origin.occur_time,
        post_time=draft.post_time,
    )
