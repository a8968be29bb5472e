"""Ending the waiting of a parked return: a person rejects it, or names the sales it should have named."""

from dataclasses import replace

from ledger_service.domain import refusals
from ledger_service.domain.answers import ResolvedReturnAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.open_return import begin_return, end_announced
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.park_return import afterwards
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.reversal import Reversal, carry_out
from ledger_service.domain.commands import ResolveParkedReturn, ReturnPart
from ledger_service.domain.event import EventType
from ledger_service.domain.hold import HoldState
from ledger_service.domain.order import PostedReturn, ReturnState


def resolve_return(draft: Draft, command: ResolveParkedReturn) -> Applied:
    """Rejects the return, or carries its corrected lines out under the same id."""
    parked = draft.posted_return(command.return_id)
    if parked is None:
        raise refusals.return_not_found(command.return_id)
    if parked.state is not ReturnState.PARKED:
        raise refusals.return_ended(command.return_id, parked.state.name)
    parked = replace(parked, post_time=draft.post_time, awaited=(), resolved_by=command.operator_id)
    if command.corrected is None:
        return _rejected(draft, parked, command.reject)
    return _corrected(draft, parked, command.corrected)


def _rejected(draft: Draft, parked: PostedReturn, why: str) -> Applied:
    end_announced(draft, parked.return_id, HoldState.VOIDED)
    repay_debts(draft)
    return _finished(draft, replace(parked, state=ReturnState.REJECTED, reason=why), None)


def _corrected(draft: Draft, parked: PostedReturn, part: ReturnPart) -> Applied:
    part = replace(part, policy=afterwards(part.policy))
    begin_return(draft, part)
    reversal = carry_out(draft, part)
    posted = replace(
        parked,
        document=part.document,
        state=ReturnState.POSTED,
        reversed=reversal.reversed,
        restored=reversal.restored,
    )
    return _finished(draft, posted, reversal)


def _finished(draft: Draft, resolved: PostedReturn, reversal: Reversal | None) -> Applied:
    draft.put_return(resolved)
    answer = ResolvedReturnAnswer(
        return_id=resolved.return_id,
        state=resolved.state,
        reversed=resolved.reversed,
        restored=resolved.restored,
        repaid_points=reversal.repaid_points if reversal else 0,
        wallet=draft.close(),
        position=draft.stamp.position,
    )
    return draft.finish(answer, Subject(EventType.RETURN_RESOLVED, resolved.return_id))
