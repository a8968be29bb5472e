"""What happened to points, as sentences that a shopper or clerk understands. Each carries its numbers."""

from datetime import UTC, datetime

from chassis.values.money import Money
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import RedemptionView
from ledger_service.domain.limits import LimitTerm
from ledger_service.domain.movement import HELD_SIGN, REMAINING_SIGN, Cause, Movement, MovementKind
from ledger_service.domain.order import PostedOrder
from ledger_service.domain.statement import StatementEntry

_WHY = {
    Cause.ORDER: "by order",
    Cause.REDEMPTION: "by redemption",
    Cause.RETURN: "by return",
    Cause.REPAYMENT: "for",
    Cause.TIME: "",
    Cause.AUTHORIZATION: "by authorization",
    Cause.CORRECTION: "by correction",
    Cause.ADJUSTMENT: "by adjustment",
    Cause.TRANSFER: "by transfer",
    Cause.PENDING: "by request",
    Cause.EXTENSION: "by request",
    Cause.IMPORT: "from an earlier program",
}

_DONE = {
    MovementKind.EARNED: "earned",
    MovementKind.IMPORTED: "brought in",
    MovementKind.TRANSFERRED_IN: "received from another member",
    MovementKind.HELD: "set aside",
    MovementKind.UNHELD: "no longer set aside",
    MovementKind.REDEEMED: "spent",
    MovementKind.RESTORED: "given back",
    MovementKind.REVERSED: "taken back",
    MovementKind.REPAID: "of debt repaid",
    MovementKind.EXPIRED: "expired",
    MovementKind.ADJUSTED: "adjusted",
    MovementKind.TRANSFERRED_OUT: "sent to another member",
}

_SUBJECTS = {
    Cause.ORDER: "Purchase",
    Cause.REDEMPTION: "Redemption",
    Cause.RETURN: "Return",
    Cause.REPAYMENT: "Repayment of debt",
    Cause.TIME: "Expiry",
    Cause.AUTHORIZATION: "Hold",
    Cause.CORRECTION: "Correction",
    Cause.ADJUSTMENT: "Adjustment",
    Cause.TRANSFER: "Transfer",
    Cause.PENDING: "Pending points",
    Cause.EXTENSION: "Extension",
    Cause.IMPORT: "Earlier program",
}


def movement_sentence(movement: Movement, accrual: Accrual, order: PostedOrder | None) -> str:
    """What a movement did: "2026-03-02 12:00 UTC: +40 points earned on line 1 of sale A-1 of till-1 (…); 40 left."

    The number in front is what the movement did to the points left, or +0 if it did nothing to them.
    """
    change = REMAINING_SIGN[movement.kind] * movement.points
    taken_from_held = movement.kind is MovementKind.REDEEMED and movement.cause is Cause.REDEMPTION
    sentence = f"{_when(movement.post_time)}: {change:+d} points {_what(movement, accrual, order)}"
    if movement.settlement.value is not None and taken_from_held:
        sentence += f", worth {movement.settlement.value}"
    aside = f", {movement.held_after} set aside" if movement.held_after or movement.kind in HELD_SIGN else ""
    return f"{sentence}; {movement.remaining_after} left{aside}."


def _what(movement: Movement, accrual: Accrual, order: PostedOrder | None) -> str:
    match movement.kind:
        case MovementKind.EARNED if order is not None:
            ref = order.document.ref
            place = f"line {accrual.line_number} of sale {ref.document_id} of {ref.source}"
            return f"earned on {place} by rule {accrual.rule_id}"
        case MovementKind.RESCHEDULED:
            return f"moved; {_times(movement)}{_because(movement)}"
        case MovementKind.REDEEMED if movement.cause is Cause.REPAYMENT:
            return f"spent to repay the debt of {movement.cause_id}"
        case MovementKind.REPAID if movement.points < 0:
            return f"owed again to {movement.cause_id}, which had repaid them"
        case MovementKind.REPAID:
            return f"of debt repaid by {movement.cause_id}"
    return f"{_DONE[movement.kind]}{_because(movement)}"


def _because(movement: Movement) -> str:
    why = _WHY[movement.cause]
    return f" {why} {movement.cause_id}" if why and movement.cause_id else ""


def _times(movement: Movement) -> str:
    times = []
    if movement.available_time is not None:
        times.append(f"spendable from {_when(movement.available_time)}")
    if movement.expire_time is not None:
        times.append(f"expiring {_when(movement.expire_time)}")
    return " and ".join(times)


def entry_text(entry: StatementEntry) -> str:
    """What an entry of a statement did: "Purchase: 40 points earned; balance 40."."""
    done: dict[str, int] = {}
    for part in entry.points:
        word = _DONE[part.kind]
        done[word] = done.get(word, 0) + part.points
    parts = ", ".join(f"{points:+d} {word}" for word, points in done.items())
    spent = "" if entry.redemption is None else f" {conversion(entry.redemption)}"
    return f"{_SUBJECTS[entry.cause]}: {parts};{spent} balance {entry.balance}."


def conversion(redemption: RedemptionView) -> str:
    """What points bought and at which rate: "300 points bought 2.40 USD at linden, 4/5 minor units a point;"."""
    rate = redemption.rate.per_point
    ratio = str(rate.numerator) if rate.denominator == 1 else f"{rate.numerator}/{rate.denominator}"
    where = f"at {redemption.brand} ({redemption.location_id})"
    return f"{redemption.points} points bought {redemption.value} {where}, {ratio} minor units a point;"


def trimmed_text(points: int, left: int, term: LimitTerm, currency: str) -> str:
    """What a limit left: "Of 100 points limit daily (at most 500 points, 2026-11-22) left 30."."""
    parts = [] if term.points is None else [f"{term.points} points"]
    if term.minor_units is not None:
        parts.append(str(Money(currency, term.minor_units)))
    return f"Of {points} points limit {term.limit_id} (at most {' and '.join(parts)}, {term.window}) left {left}."


def still_trimmed_text(points: int, left: int) -> str:
    """What stays of points that were decided again, of which a limit had taken some when the sale was posted."""
    return f"Of {points} points {left} stand after what limits took when the sale was posted."


def _when(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
