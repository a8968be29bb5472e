"""The daily look: what time alone, or ladders that read otherwise, changed of where a member stands is recorded."""

from ledger_service.domain import refusals
from ledger_service.domain.answers import FollowedAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.commands import FollowStanding
from ledger_service.domain.event import EventType
from ledger_service.domain.standing.following import UNFOLLOWED
from ledger_service.domain.standing.wallet import StandingChanges, WalletStanding


def follow_standing(draft: Draft, command: FollowStanding) -> Applied:
    """Follows the program's ladders up to the day. NOTHING_DUE if nothing is to be recorded, the ladders are those that
    were followed and the days of the next change stay; what moves these is worth an entry, or the member would be
    looked at again and again."""
    wallet = draft.close()
    standing = draft.settle(command.day).standing
    if standing is None or not _is_news(draft.standing_before or WalletStanding(), standing):
        raise refusals.nothing_due(draft.wallet.key.member)
    answer = FollowedAnswer(len(standing.tier_changes), wallet, draft.stamp.position)
    return draft.finish(answer, Subject(EventType.STANDING_CHANGED, ""))


def _is_news(before: WalletStanding, after: StandingChanges) -> bool:
    known = ((before.tracks.get(ladder_id, UNFOLLOWED), kept) for ladder_id, kept in after.tracks.items())
    return bool(after.records) or any((was.mark, was.changes) != (now.mark, now.changes) for was, now in known)
