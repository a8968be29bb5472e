"""Cancelling an announced return: the goods do not come, their points are free again."""

from ledger_service.domain import refusals
from ledger_service.domain.answers import CancelledReturnAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.commands import CancelReturn
from ledger_service.domain.event import EventType
from ledger_service.domain.hold import HoldKind, HoldState


def cancel_return(draft: Draft, command: CancelReturn) -> Applied:
    """Frees what is held: what fell due meanwhile expires, the rest first repays open debt."""
    hold = draft.hold(command.return_id)
    if hold is None or hold.kind is not HoldKind.RETURN:
        raise refusals.return_not_found(command.return_id)
    # One that holds nothing is not booked when its time is over, and has ended all the same.
    if hold.state_at(draft.post_time) is not HoldState.OPEN:
        raise refusals.return_ended(command.return_id, hold.word_at(draft.post_time))
    draft.end_hold(hold, HoldState.VOIDED)
    repay_debts(draft)
    answer = CancelledReturnAnswer(
        return_id=command.return_id,
        unheld_points=hold.points,
        wallet=draft.close(),
        position=draft.stamp.position,
    )
    return draft.finish(answer, Subject(EventType.RETURN_CANCELLED, command.return_id))
