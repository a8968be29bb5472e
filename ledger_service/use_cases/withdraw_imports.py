"""Giving back what an existing program brought: each line is a command of its own under a request id made from import
and line, so a repeat after a crash anywhere finds what was done (docs/adr/0062)."""

import asyncio
from datetime import timedelta

from chassis.values.canonical import Plain
from chassis.values.refusal import Refusal
from ledger_service.domain.answers import WithdrawalAnswer
from ledger_service.domain.balance_import import StagedLine
from ledger_service.domain.commands import WithdrawImport
from ledger_service.domain.pooling_refusals import SOURCE_LEAVING
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.pooling_ports import Poolings
from ledger_service.use_cases.ports import Clock, Lanes, MemberRef, Members, ProgramFacts

CALLER = "loyalty.ledger/withdrawals"
"""Who takes a line's points out: always the ledger itself, so that all who try it share one request."""
LINES_AT_ONCE = 1_000
AT_WORK = timedelta(seconds=3)
"""How long a call works before it tells how far it has come."""


class WithdrawImports:
    """Resumable; call again until everything has gone back."""

    def __init__(self, admission: Admission, members: Members, lanes: Lanes, poolings: Poolings, clock: Clock) -> None:
        self._admission = admission
        self._members = members
        self._lanes = lanes
        self._poolings = poolings
        self._clock = clock

    async def __call__(self, facts: ProgramFacts, source: str) -> bool:
        """True if everything has gone back; False: time was over, or points are held."""
        until, after, waits = self._clock.now() + AT_WORK, ("", 0), False
        while self._clock.now() < until:
            lines = await self._poolings.withdrawing(facts.program, source, after, LINES_AT_ONCE)
            if not lines:
                return not waits
            done = await asyncio.gather(*(self._line(facts, *one) for one in lines), return_exceptions=True)
            gone = [one for one in done if isinstance(one, tuple)]
            await self._poolings.withdrawn(facts.program, gone)
            # Every line of the portion has come to an end before any failure is told: nothing runs on unseen.
            for outcome in done:
                if isinstance(outcome, BaseException):
                    raise outcome
            after, waits = (lines[-1][0], lines[-1][1].number), waits or len(gone) < len(lines)
        return False

    async def _line(self, facts: ProgramFacts, import_id: str, line: StagedLine) -> tuple[str, int, int] | None:
        """Takes a line's points out, or finds them taken; None while points of it are held."""
        intent: Plain = ["withdraw", [import_id, line.number], [line.home, line.accrual_id]]
        asked = Asked(facts.program, CALLER, f"{import_id}:{line.number}", intent)
        try:
            key, kept = await self._admission.kept(asked)
            if kept is None:
                resolution = await self._members.resolve(facts.program, MemberRef(member_id=line.home))
                # A sandbox with a clock of its own goes by what it is told: its time must not jump to ours.
                now = line.earn_time if facts.replay_clock and line.earn_time else self._clock.now()
                origin = self._admission.origin(asked, key, facts, resolution, nowhere(facts.revision), now)
                command = WithdrawImport(origin, import_id, line.number, line.home, line.accrual_id)
                kept = await self._lanes.submit(command)
        except Refusal as refusal:
            if refusal.reason == SOURCE_LEAVING.name:
                return None
            raise
        answer = kept.answer
        assert isinstance(answer, WithdrawalAnswer), "the request id is a withdrawal's"
        return import_id, line.number, answer.points
