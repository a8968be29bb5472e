"""Freeing what an authorization still holds, or keeping one that never arrived from arriving (docs/DOMAIN.md §3)."""

from ledger_service.domain.answers import HoldView, VoidAnswer
from ledger_service.domain.apply.authorize import open_authorization
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.views import hold_view
from ledger_service.domain.commands import VoidRedemption
from ledger_service.domain.event import EventType
from ledger_service.domain.hold import HoldState


def void_redemption(draft: Draft, command: VoidRedemption) -> Applied:
    """Frees the points: what fell due meanwhile expires, the rest first repays open debt."""
    view: HoldView | None = None
    brand = redeemer = ""
    if not command.tombstone:
        hold, spending = open_authorization(draft, command.authorization_id)
        view = hold_view(draft.end_hold(hold, HoldState.VOIDED), spending)
        brand, redeemer = spending.terms.here.brand, spending.terms.redeemer
        repay_debts(draft)
    answer = VoidAnswer(view, draft.close(), draft.stamp.position)
    return draft.finish(answer, Subject(EventType.REDEMPTION_VOIDED, command.authorization_id, brand, redeemer))
