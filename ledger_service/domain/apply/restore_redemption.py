"""Restoring a redemption: points that were spent are given back (docs/DOMAIN.md §6)."""

from chassis.values.splits import largest_remainder
from ledger_service.domain import refusals
from ledger_service.domain.answers import RestoreAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.restoring import Occasion, restore_lines
from ledger_service.domain.apply.views import redemption_view
from ledger_service.domain.commands import RestoreRedemption
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause
from ledger_service.domain.redemption import Redemption


def restore_redemption(draft: Draft, command: RestoreRedemption) -> Applied:
    """Gives points back, or keeps a redemption from arriving. NOT_RESTORABLE if more is asked for than is left."""
    if command.tombstone:
        kept_away = RestoreAnswer(None, None, draft.close(), draft.stamp.position, command.reason)
        return draft.finish(kept_away, Subject(EventType.REDEMPTION_RESTORED, command.redemption_id))
    redemption = draft.redemption(command.redemption_id)
    if redemption is None:
        raise refusals.redemption_not_found(command.redemption_id)
    occasion = Occasion(Cause.REDEMPTION, redemption.redemption_id, command.policy)
    restored = restore_lines(draft, redemption, _by_line(redemption, command.points), occasion)
    repay_debts(draft)
    after = draft.redemption(redemption.redemption_id) or redemption
    answer = RestoreAnswer(restored, redemption_view(after), draft.close(), draft.stamp.position, command.reason)
    subject = Subject(
        EventType.REDEMPTION_RESTORED, redemption.redemption_id, brand=redemption.brand, redeemer=redemption.redeemer
    )
    return draft.finish(answer, subject)


def _by_line(redemption: Redemption, asked: int) -> dict[int, int]:
    """How many points go back to each line: spread once over what is left of each, by largest remainder."""
    left = {
        number: sum(piece.points - piece.restored_points for piece in redemption.of_line(number))
        for number in redemption.line_numbers
    }
    in_all = sum(left.values())
    points = asked or in_all
    if points < 1 or points > in_all:
        raise refusals.not_restorable(redemption.redemption_id, points, in_all)
    return dict(zip(left, largest_remainder(points, list(left.values())), strict=True))
