"""Merges and unmerges as the log tells them (docs/DOMAIN.md §7)."""

from ledger_service.domain.answers import LinkAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.commands import LinkHomes
from ledger_service.domain.event import EventType


def link_homes(draft: Draft, command: LinkHomes) -> Applied:
    """Writes what the homes share, the state of merges with it, into all their rows, so that none of them takes a
    command any more that was made before. Nothing moves but what was due by time before this."""
    wallet = draft.close()
    draft.settle(command.day)
    event_type = EventType.MEMBERS_MERGED if command.merged else EventType.MEMBERS_UNMERGED
    return draft.finish(LinkAnswer(wallet, draft.stamp.position), Subject(event_type, command.absorbed))
