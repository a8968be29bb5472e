"""Sweeping: what is due in a wallet that nobody touches is booked, and nothing else."""

from ledger_service.domain import refusals
from ledger_service.domain.answers import SweepAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.commands import SweepWallet
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import MovementKind


def sweep_wallet(draft: Draft, _command: SweepWallet) -> Applied:
    """Keeps what was booked as due before this; NOTHING_DUE if that was nothing and the wallet's bounds stay.

    A bound that moves is worth an entry although no point moved: without it the wallet would be looked at again and
    again. No debt is repaid: that is for the next command of the member.
    """
    before = draft.wallet_before
    wallet = draft.close()
    expired, unheld = draft.points_moved(MovementKind.EXPIRED), draft.points_moved(MovementKind.UNHELD)
    if expired == unheld == 0 and draft.wallet.bounds == before.bounds:
        raise refusals.nothing_due(before.key.member)
    answer = SweepAnswer(expired_points=expired, unheld_points=unheld, wallet=wallet, position=draft.stamp.position)
    return draft.finish(answer, Subject(EventType.WALLET_SWEPT, ""))
