"""What a movement does to its accrual, its wallet and its funders' books."""

from dataclasses import replace

from chassis.values.integers import checked
from chassis.values.rounding import carrying_value
from chassis.values.splits import cumulative_part
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.movement import HELD_SIGN, REMAINING_SIGN, CarryingChange, Movement, MovementKind
from ledger_service.domain.wallet import Wallet


def moved(accrual: Accrual, kind: MovementKind, points: int, from_held: bool = False) -> Accrual:
    """The accrual after a movement; `from_held`: what it takes is taken from the points set aside."""
    change = REMAINING_SIGN[kind] * points
    left, held = (0, change) if from_held else (change, HELD_SIGN.get(kind, 0) * points)
    return replace(
        accrual,
        remaining=checked(accrual.remaining + left, "remaining points"),
        held=checked(accrual.held + held, "held points"),
        reversed=accrual.reversed + (points if kind is MovementKind.REVERSED else 0),
        expired=accrual.expired + (points if kind is MovementKind.EXPIRED else 0),
    )


def as_after(accrual: Accrual, movement: Movement) -> Accrual:
    """The accrual as the movement left it, whatever has happened to it since; its running sums stay as they are."""
    return replace(accrual, remaining=movement.remaining_after, held=movement.held_after)


def carrying_of(accrual: Accrual, movement: Movement) -> tuple[CarryingChange, ...]:
    """What a movement did to the funders' books, from its accrual as it left it."""
    before = replace(
        accrual,
        remaining=accrual.remaining - REMAINING_SIGN[movement.kind] * movement.points,
        held=accrual.held - HELD_SIGN.get(movement.kind, 0) * movement.points,
    )
    return carrying_change(before, accrual)


def rebalanced(wallet: Wallet, before: Accrual, after: Accrual) -> Wallet:
    """The wallet after one of its accruals went from `before` to `after`."""
    change = after.remaining + after.held - before.remaining - before.held
    return replace(
        wallet,
        balance=checked(wallet.balance + change, "balance"),
        positive=checked(wallet.positive + max(after.remaining, 0) - max(before.remaining, 0), "points"),
        held=checked(wallet.held + after.held - before.held, "held points"),
        debt=checked(wallet.debt + after.debt - before.debt, "debt"),
    )


def carrying_change(before: Accrual, after: Accrual) -> tuple[CarryingChange, ...]:
    """L(after) − L(before) per funder: what lies above zero to the liability, what lies below to receivables."""
    rate = before.liability
    old = checked(carrying_value(before.remaining + before.held, rate.per_point), "carrying value")
    new = checked(carrying_value(after.remaining + after.held, rate.per_point), "carrying value")
    if old == new:
        return ()
    weights = [funder.share for funder in before.funders]
    liability = cumulative_part(max(old, 0), max(new, 0), weights)
    receivable = cumulative_part(max(-old, 0), max(-new, 0), weights)
    return tuple(
        CarryingChange(funder.entity, rate.currency, up, -down)
        for funder, up, down in zip(before.funders, liability, receivable, strict=True)
        if up or down
    )
