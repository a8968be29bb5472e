"""Pending points that are made spendable, or taken back, before their time."""

from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import PendingAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.commands import ActivatePending, CancelPending, PendingTarget
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind


def activate_pending(draft: Draft, command: ActivatePending) -> Applied:
    """Makes what is still pending of the target spendable now; open debt is repaid from it at once.

    Points of it that are held meanwhile are spendable when they are freed. NOTHING_PENDING.
    """
    now = draft.post_time
    waiting = [one for one in _targeted(draft, command.target) if one.waits(now) and (one.remaining > 0 or one.held)]
    if not waiting:
        raise refusals.nothing_pending(_name(command.target))
    for accrual in waiting:
        draft.reschedule(accrual, Cause.PENDING, command.pending_id, available_time=now)
    points = sum(max(0, accrual.remaining) for accrual in waiting)
    return _finish(draft, EventType.PENDING_ACTIVATED, command.pending_id, points, repay_debts(draft))


def cancel_pending(draft: Draft, command: CancelPending) -> Applied:
    """Takes back what remains and is still pending of the target; NOTHING_PENDING.

    It counts as reversed, so that a later return of the line takes only what this has left.
    """
    waiting = [one for one in _targeted(draft, command.target) if one.is_pending(draft.post_time)]
    if not waiting:
        raise refusals.nothing_pending(_name(command.target))
    for accrual in waiting:
        pending_id, line = command.pending_id, accrual.line_number
        draft.move(accrual, MovementKind.REVERSED, accrual.remaining, Cause.PENDING, pending_id, line)
    points = sum(accrual.remaining for accrual in waiting)
    return _finish(draft, EventType.PENDING_CANCELLED, command.pending_id, points, 0)


def _finish(draft: Draft, event: EventType, pending_id: str, points: int, repaid: int) -> Applied:
    answer = PendingAnswer(points=points, repaid_points=repaid, wallet=draft.close(), position=draft.stamp.position)
    return draft.finish(answer, Subject(event, pending_id))


def _targeted(draft: Draft, target: PendingTarget) -> list[Accrual]:
    if target.accrual_id:
        named = draft.accrual(target.accrual_id)
        if named is None:
            raise refusals.accrual_not_found(target.accrual_id)
        return [named]
    accruals = draft.order_accruals(target.order_id)
    return [accrual for accrual in accruals if target.line_number in (0, accrual.line_number)]


def _name(target: PendingTarget) -> str:
    if target.accrual_id:
        return target.accrual_id
    return f"line {target.line_number} of {target.order_id}" if target.line_number else target.order_id
