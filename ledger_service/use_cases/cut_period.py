"""Cutting a period: a barrier in every partition in one commit, while the lanes go on."""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from ledger_service.domain import refusals
from ledger_service.domain.answers import LogPosition, PeriodCut
from ledger_service.domain.period import barriers_of, end_of, next_cut
from ledger_service.use_cases.close_ports import CutTransaction, LanesBusyError, PeriodCuts
from ledger_service.use_cases.commit_ports import Head
from ledger_service.use_cases.ports import Clock, ProgramFacts, Programs

TRIES = 20
"""A lane is within a commit for milliseconds. One whose process hangs there is freed by the database after 5 seconds:
so long a cut is tried, and the tills wait only while it tries."""
PAUSE_SECONDS = 0.25


class CutOutcome(NamedTuple):
    """A cut, and whether it is that of an earlier call."""

    cut: PeriodCut
    replayed: bool


class CutPeriod:
    """Idempotent by the period. `appended` tells this process's readers of the log."""

    def __init__(
        self,
        programs: Programs,
        cuts: PeriodCuts,
        clock: Clock,
        appended: Callable[[], None],
        traceparent: Callable[[], str],
    ) -> None:
        self._programs = programs
        self._cuts = cuts
        self._clock = clock
        self._appended = appended
        self._traceparent = traceparent

    async def __call__(self, program: str, period: str, caller: str) -> CutOutcome:
        """The period's cut. PERIOD_OUT_OF_ORDER, PERIOD_NOT_OVER; UNAVAILABLE if a lane does not stand still."""
        facts = self._programs.facts(program)
        known = await self._cuts.find(program, period)
        if known is not None:
            return CutOutcome(known, replayed=True)
        for tries_left in reversed(range(TRIES)):
            try:
                outcome = await self._cut(facts, period, caller)
                break
            except LanesBusyError as busy:
                if not tries_left:
                    raise busy.refusal from busy
            await asyncio.sleep(random.uniform(0.2, 1.0) * PAUSE_SECONDS)
        self._appended()
        return outcome

    async def _cut(self, facts: ProgramFacts, period: str, caller: str) -> CutOutcome:
        program, before = facts.program, await self._cuts.heads()
        # Read before the lanes stand still: only what comes meanwhile is looked at while they do.
        reached = await self._cuts.program_time(program) if facts.replay_clock else None
        async with self._cuts.begin() as transaction:
            stand = await transaction.standstill(program, period)
            if stand.known is not None:
                return CutOutcome(stand.known, replayed=True)
            time = await self._time(facts, period, transaction, before, reached)
            positions = [LogPosition(head.partition, head.position) for head in stand.heads]
            cut = next_cut(period, stand.last, positions, time)
            self._check_over(facts, period)
            barriers = list(barriers_of(program, cut, caller, self._traceparent()))
            await transaction.write(program, cut, stand.heads, barriers)
        return CutOutcome(cut, replayed=False)

    async def _time(
        self,
        facts: ProgramFacts,
        period: str,
        transaction: CutTransaction,
        before: Sequence[Head],
        reached: datetime | None,
    ) -> datetime:
        """When it is: the present; on a replay clock the latest that the program knows, and the period's end for a
        program that knows nothing. Other processes' clocks may run ahead of ours."""
        latest = await transaction.latest_post_time(facts.program, before)
        times = [time for time in (reached, latest) if time is not None]
        if not facts.replay_clock:
            times.append(self._clock.now())
        return max(times, default=end_of(period, facts.settlement_zone))

    def _check_over(self, facts: ProgramFacts, period: str) -> None:
        end = end_of(period, facts.settlement_zone)
        if not facts.replay_clock and self._clock.now() < end:
            raise refusals.period_not_over(period, end)


class ListPeriodCuts:
    """The periods of a program that were cut."""

    def __init__(self, programs: Programs, cuts: PeriodCuts) -> None:
        self._programs = programs
        self._cuts = cuts

    async def __call__(self, program: str) -> Sequence[PeriodCut]:
        """By sequence: at most the latest 1,200."""
        self._programs.facts(program)
        return await self._cuts.of(program)
