"""The daily round: members whose tier time alone changes, and those whom ladders that read otherwise may change."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from chassis.values.canonical import Plain
from chassis.values.ids import made_id
from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import FollowedAnswer
from ledger_service.domain.commands import FollowStanding
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.errands import ABSORBED, Done, Errands, reasons_of, some_at_once
from ledger_service.use_cases.ports import Clock, Lanes, Members, ProgramFacts, Programs
from ledger_service.use_cases.standing_ports import DueStanding, DueStandings

LARGEST_ROUND = 200
"""How many members a round looks at, and how many wallets of a walk."""

_FIRST = (-1, "")


@dataclass(frozen=True, slots=True)
class FollowRound:
    """What a round did. `passed_over`: how many members it recorded nothing of, by reason. `more`: there may be more to
    do at once."""

    recorded: int = 0
    changed: int = 0
    passed_over: Mapping[str, int] = field(default_factory=dict)
    more: bool = False


class _Walk(NamedTuple):
    """How far the wallets of a program were walked for its ladders as they are: behind this one; None: all of them."""

    marks: tuple[bytes, ...]
    buckets: tuple[int, ...]
    after: tuple[int, str] | None


class FollowStandings:
    """One round after another over all programs with ladders but those whose clock is the replay of their orders.

    A round looks at members whose day of change has come, as far as today's date, UTC; each day once, but for those
    that could not be looked at. Besides it walks the wallets of a program once for its ladders as they are: whoever was
    followed on others, or not at all, is followed anew. Only wallets of `buckets` are looked at, those whose lanes this
    process owns. Two that look at one member do no harm: the command decides under its lock. Nobody waits for a round:
    who reads or touches a member follows its ladders to that day.
    """

    def __init__(
        self,
        admission: Admission,
        programs: Programs,
        members: Members,
        due_standings: DueStandings,
        lanes: Lanes,
        clock: Clock,
        buckets: Callable[[], Sequence[int]],
    ) -> None:
        self._errands = Errands(admission, members, lanes, clock)
        self._programs = programs
        self._due = due_standings
        self._clock = clock
        self._buckets = buckets
        self._places: dict[str, tuple[date, str]] = {}
        self._walks: dict[str, _Walk] = {}

    async def __call__(self) -> FollowRound:
        """One round: a page of due members and a page of the walk, of each program."""
        today = self._clock.now().date()
        rounds = [await self._round(facts, today) for facts in self._programs.all() if not facts.replay_clock]
        passed: Counter[str] = Counter()
        for one in rounds:
            passed.update(one.passed_over)
        return FollowRound(
            recorded=sum(one.recorded for one in rounds),
            changed=sum(one.changed for one in rounds),
            passed_over=passed,
            more=any(one.more for one in rounds),
        )

    async def _round(self, facts: ProgramFacts, today: date) -> FollowRound:
        due, due_more = await self._next_due(facts, today)
        walked, walk_more = await self._next_walked(facts)
        members = list({one.root: one for one in (*due, *walked)}.values())
        done = await some_at_once(members, lambda member: self._look(facts, member, today))
        answers = [one for one in done if isinstance(one, FollowedAnswer)]
        return FollowRound(
            recorded=len(answers),
            changed=sum(answer.changed for answer in answers),
            passed_over=Counter(reasons_of(done)),
            more=due_more or walk_more,
        )

    async def _next_due(self, facts: ProgramFacts, today: date) -> tuple[list[DueStanding], bool]:
        """The next members whose day has come; at the end of a pass it begins anew."""
        if not facts.ladders:
            return [], False
        after = self._places.pop(facts.program, (date.min, ""))
        found = await self._due.due(facts.program, self._buckets(), today, after, LARGEST_ROUND)
        if len(found) == LARGEST_ROUND:
            day, last = found[-1]
            self._places[facts.program] = (day, last.root)
        return [member for _, member in found], facts.program in self._places

    async def _next_walked(self, facts: ProgramFacts) -> tuple[Sequence[DueStanding], bool]:
        """The next wallets that were not followed on the ladders as they are."""
        marks, buckets = tuple(ladder.mark for ladder in facts.ladders), tuple(self._buckets())
        walk = self._walks.get(facts.program)
        if walk is None or walk[:2] != (marks, buckets):
            # Other ladders, or lanes that came to us: what the walk has passed says nothing about them.
            # A program without any has something to walk for only if it had some.
            idle = not marks and not await self._due.any_followed(facts.program, buckets)
            walk = self._walks[facts.program] = _Walk(marks, buckets, None if idle else _FIRST)
        if walk.after is None:
            return [], False
        found, after = await self._due.walk(facts.program, buckets, facts.ladders, walk.after, LARGEST_ROUND)
        self._walks[facts.program] = walk._replace(after=after)
        return found, after is not None

    async def _look(self, facts: ProgramFacts, member: DueStanding, today: date) -> Done:
        program, root = facts.program, member.root
        request_id = made_id("std", program, root, str(member.version), today.isoformat(), facts.revision)
        intent: Plain = ["follow standing", root, member.version, today.isoformat()]
        done = await self._errands.run(facts, root, request_id, intent, lambda origin: FollowStanding(origin, today))
        if done == ABSORBED:
            try:
                await self._due.forget(MemberKey(program, root))
            except Refusal as refusal:
                return refusal.reason
        return done
