"""Following identity's merges and unmerges: cursor → the next change → the wallets concerned, each in its lane.

So each wallet hears of it within a second or so, whoever touches it next. Nothing waits for this: a command that knows
of a merge tells the rows of all homes itself, and one that does not is refused by them (docs/adr/0055).
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

from chassis.values.canonical import Plain
from chassis.values.ids import made_id
from chassis.values.refusal import Refusal
from ledger_service.domain.commands import LinkHomes
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.errands import CALLER
from ledger_service.use_cases.link_ports import LinkChange, LinkCursors, LinkFeed
from ledger_service.use_cases.ports import Clock, Lanes, MemberRef, ProgramFacts, Programs
from ledger_service.use_cases.reaching_lanes import LinkedMembers

MOST_AT_ONCE = 100
"""Changes of a round: a process that is told to end does not wait for all there are."""


@dataclass(frozen=True, slots=True)
class LinksTold:
    """What a round did: how many wallets were told, why some were not and will not be, and whether there is more."""

    told: int = 0
    passed_over: Mapping[str, int] = field(default_factory=dict)
    more: bool = False


class FollowLinks:
    """Tells each change to the wallet of the survivor, and an unmerge to the other one too. Programs whose clock is the
    replay of their orders are passed over: nothing happens there between two orders.

    `leads`: whether this process is the one that follows. Two that do no harm: both make the same requests.
    """

    def __init__(
        self,
        admission: Admission,
        programs: Programs,
        members: LinkedMembers,
        feed: LinkFeed,
        cursors: LinkCursors,
        lanes: Lanes,
        clock: Clock,
        leads: Callable[[], bool],
    ) -> None:
        self._admission = admission
        self._programs = programs
        self._members = members
        self._feed = feed
        self._cursors = cursors
        self._lanes = lanes
        self._clock = clock
        self._leads = leads

    async def __call__(self) -> LinksTold:
        """Tells what has happened so far, at most so many changes, as long as this process leads; the stream is closed
        behind it. Raises what keeps it from telling a change for the moment: it is told the next time."""
        told = followed = 0
        passed_over: Counter[str] = Counter()
        if not self._leads():
            return LinksTold()
        async with aclosing(self._feed.changes(await self._cursors.read())) as changes:
            async for change in changes:
                if followed == MOST_AT_ONCE or not self._leads():
                    break
                reasons = await self._tell(change)
                told += sum(not reason for reason in reasons)
                passed_over.update(reason for reason in reasons if reason)
                await self._cursors.move(change.program, change.position)
                followed += 1
        return LinksTold(told, passed_over, more=followed == MOST_AT_ONCE)

    async def _tell(self, change: LinkChange) -> list[str]:
        """For each wallet concerned why it was not told; empty if it was."""
        facts = self._programs.facts(change.program)
        if facts.replay_clock:
            return []
        reasons: list[str] = []
        for member in (change.survivor,) if change.merged else (change.survivor, change.absorbed):
            try:
                await self._tell_one(facts, change, member)
            except Refusal as refusal:
                if refusal.transient:
                    raise
                reasons.append(refusal.reason)
            else:
                reasons.append("")
        return reasons

    async def _tell_one(self, facts: ProgramFacts, change: LinkChange, member: str) -> None:
        intent: Plain = ["link", change.position, member, change.absorbed, change.survivor]
        request_id = made_id("lnk", facts.program, str(change.position), member)
        asked = Asked(facts.program, CALLER, request_id, intent)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return
        # What this process remembers may be from before the change; so nobody here goes on by it either.
        self._members.forget(facts.program, (change.survivor, change.absorbed))
        resolution = await self._members.resolve(facts.program, MemberRef(member_id=member))
        origin = self._admission.origin(asked, key, facts, resolution, nowhere(facts.revision), change.change_time)
        today = self._clock.now().date()
        await self._lanes.submit(LinkHomes(origin, change.merged, change.absorbed, change.survivor, today))
