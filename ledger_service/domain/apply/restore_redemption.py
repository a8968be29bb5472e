"""Restoring a redemption: points that were spent are given back (docs/DOMAIN.md §6)."""

from bisect import bisect_left
from collections.abc import Sequence

from chassis.values.splits import sainte_lague
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
    """How many points go back to each line."""
    lines = [redemption.of_line(number) for number in redemption.line_numbers]
    paid = [sum(piece.points for piece in pieces) for pieces in lines]
    back = [sum(piece.restored_points for piece in pieces) for pieces in lines]
    left = sum(paid) - sum(back)
    points = asked or left
    if points < 1 or points > left:
        raise refusals.not_restorable(redemption.redemption_id, points, left)
    after = topped_up(paid, back, sum(back) + points)
    return {number: more - before for number, more, before in zip(redemption.line_numbers, after, back, strict=True)}


def topped_up(paid: Sequence[int], back: Sequence[int], total: int) -> tuple[int, ...]:
    """How far each line is given back once `total` points of all are: by divisors over what was `paid`, which never
    changes. A line that is ahead, because its goods came back by themselves, keeps what is `back` of it and waits for
    the others. `total` lies between the sums of both.

    So each point goes where it would go if they came one by one, however the restores were cut (docs/adr/0031).
    """

    def at(step: int) -> tuple[int, ...]:
        return tuple(map(max, sainte_lague(step, paid), back))

    if sum(parts := at(total)) == total:
        return parts
    # A step of the divisors raises the sum by one, or by none while it gives to a line that is ahead.
    least = total - sum(back)
    return at(least + bisect_left(range(least, total), total, key=lambda step: sum(at(step))))
