"""The nightly round: the books of every program against the ledger, and each till's day that nobody has looked at."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.values.ids import made_id
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.reconciliation_run import NIGHTLY, Run, RunKind
from settlement_service.use_cases.reconciliation_ports import ControlTotalsKept, Reconciliations, Turn
from settlement_service.use_cases.run_reconciliation import RunReconciliation, Wanted

DAYS_BACK = 7
"""Totals that come late are looked at if they are of yesterday or the week before it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A run that could not be made; the next round tries it again."""

    program: str
    kind: RunKind
    error: Exception


class ReconcileNightly:
    """One process at a time, each program once a UTC day by the wall clock, also where a program's own clock is the
    replay of its orders. One run that fails does not keep the others from running."""

    def __init__(
        self,
        programs: ProgramDirectory,
        run: RunReconciliation,
        kept: Reconciliations,
        totals: ControlTotalsKept,
        turn: Turn,
    ) -> None:
        self._programs = programs
        self._run = run
        self._kept = kept
        self._totals = totals
        self._turn = turn

    async def __call__(self, now: datetime) -> AsyncGenerator[Run | Failed, None]:
        """Each run as it is kept. Nothing if another process is at it, or everything was done."""
        async with self._turn.take() as mine:
            if not mine:
                return
            for facts in self._programs.all():
                program = facts.program
                day = now.date().isoformat()
                run_id = made_id("rec", program, NIGHTLY, RunKind.LEDGER.value, day)
                if not await self._kept.has(program, run_id):
                    yield await self._one(program, run_id, Wanted(RunKind.LEDGER))
                yesterday = now.date() - timedelta(days=1)
                for till in await self._totals.due(program, yesterday - timedelta(days=DAYS_BACK), yesterday):
                    run_id = made_id("rec", program, NIGHTLY, RunKind.TILLS.value, till.scope, now.isoformat())
                    yield await self._one(program, run_id, Wanted(RunKind.TILLS, day=till))

    async def _one(self, program: str, run_id: str, wanted: Wanted) -> Run | Failed:
        try:
            run = await self._run.run(program, run_id, NIGHTLY, wanted)
            await self._kept.keep(run, None)
        except Exception as error:
            return Failed(program, wanted.kind, error)
        return run
