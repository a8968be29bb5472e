"""Where members stand, over a ledger in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.apply import Applied
from ledger_service.domain.commands import Award, EndTier, FollowStanding, PostOrder, SetTier
from ledger_service.domain.order import OrderLine
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.standing import Standing, standing_of
from ledger_service.domain.standing.wallet import TierChange, WalletStanding
from tests.support.pure_ledger import PureLedger


def climb(ledger: PureLedger, *ladders: Ladder) -> None:
    """Gives the program ladders."""
    ledger.state.ladders[ledger.program] = ladders


def open_standing(ledger: PureLedger, member: str) -> WalletStanding:
    """What is known of a member; everything from the first day on is at hand."""
    key = MemberKey(ledger.program, member)
    return ledger.state.standings.setdefault(key, WalletStanding(since=date.min))


def buy(
    ledger: PureLedger,
    member: str,
    document_id: str,
    day: date,
    lines: Sequence[OrderLine],
    awards: Sequence[Award] = (),
) -> Applied:
    """Posts a sale of a local day."""
    open_standing(ledger, member)
    command = ledger.order_command(member, document_id, list(lines), list(awards))
    return ledger.run(on_day(command, day))


def on_day(command: PostOrder, day: date) -> PostOrder:
    """The command, of a sale of a local day."""
    return replace(command, order=replace(command.order, local_day=day))


def set_tier(ledger: PureLedger, member: str, tier: str, start: date, end: date | None = None) -> Applied:
    """Sets a tier of the only ladder by hand."""
    open_standing(ledger, member)
    origin = ledger.origin(member)
    ladder = ledger.state.ladders[ledger.program][0].ladder_id
    manual_id = f"tir-{origin.request_id}"
    return ledger.run(SetTier(origin, manual_id, ladder, tier, start, end, "kept waiting", "ben", "ann"))


def end_tier(ledger: PureLedger, member: str, manual_id: str, end: date) -> Applied:
    """Ends a tier set by hand."""
    open_standing(ledger, member)
    return ledger.run(EndTier(ledger.origin(member), manual_id, end, "ann"))


def follow(ledger: PureLedger, member: str, day: date) -> Applied:
    """The daily look."""
    open_standing(ledger, member)
    return ledger.run(FollowStanding(ledger.origin(member), day))


def changes(applied: Applied) -> list[tuple[str, str]]:
    """The tiers that a command changed, before and after."""
    return [(one.before, one.after) for one in applied.event.tier_changes]


def stands(ledger: PureLedger, member: str) -> Standing:
    """Where a member stands on the only ladder, by what was kept."""
    known = open_standing(ledger, member)
    ladder = ledger.state.ladders[ledger.program][0]
    rows = [known.days[day] for day in sorted(known.days)]
    manual = [tier.manual for tier in known.manual.values()]
    return standing_of(ladder, known.tracks[ladder.ladder_id].track, rows, manual)


__all__ = [
    "TierChange",
    "buy",
    "changes",
    "climb",
    "end_tier",
    "follow",
    "on_day",
    "open_standing",
    "set_tier",
    "stands",
]
