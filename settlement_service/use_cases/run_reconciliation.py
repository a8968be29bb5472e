"""Running a reconciliation and keeping what it found."""

from dataclasses import dataclass

from settlement_service.domain.command import Command
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.reconciliation_run import KeptRun, Outcome, Run, RunKind
from settlement_service.domain.till_totals import TillDay
from settlement_service.use_cases.period_ports import PeriodNames
from settlement_service.use_cases.ports import Clock
from settlement_service.use_cases.reconciliation_ports import Reconciliations, Recounts
from settlement_service.use_cases.run_ledger import RunLedger
from settlement_service.use_cases.run_prices import RunPrices
from settlement_service.use_cases.run_tills import RunTills


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to run: LEDGER and PRICES with a period (empty: now), TILLS with a till's day."""

    kind: RunKind
    period: str = ""
    day: TillDay | None = None


class RunReconciliation:
    """One verb for the three kinds."""

    def __init__(
        self,
        programs: ProgramDirectory,
        periods: PeriodNames,
        recounts: Recounts,
        kept: Reconciliations,
        ledger: RunLedger,
        prices: RunPrices,
        tills: RunTills,
        clock: Clock,
    ) -> None:
        self._programs = programs
        self._periods = periods
        self._recounts = recounts
        self._kept = kept
        self._ledger = ledger
        self._prices = prices
        self._tills = tills
        self._clock = clock

    async def __call__(self, command: Command, wanted: Wanted) -> KeptRun:
        """The run, or the one that this command made before. Refuses PROGRAM_NOT_FOUND, PERIOD_NOT_FOUND,
        LOCATION_NOT_FOUND, CONTROL_TOTALS_NOT_FOUND, REQUEST_ID_REUSED."""
        program = command.program
        self._programs.brands_of(program)
        run_id = await self._kept.made_by(command)
        if run_id is None:
            run = await self.run(program, command.id_of("rec"), command.caller, wanted)
            await self._kept.keep(run, command)
            run_id = run.run_id
        return await self._kept.get(program, run_id)

    async def run(self, program: str, run_id: str, caller: str, wanted: Wanted) -> Run:
        """Runs it; nothing is kept yet."""
        sequence, up_to = 0, await self._recounts.cursor()
        if wanted.period:
            sequence, up_to = await self._recounts.cut_of(program, wanted.period)
        run_time = self._clock.now()
        outcome: Outcome
        if wanted.kind is RunKind.LEDGER:
            outcome = await self._ledger(program, up_to)
        elif wanted.kind is RunKind.PRICES:
            priced = sequence or await self._periods.open(program)
            outcome = await self._prices(program, priced, up_to)
        else:
            assert wanted.day is not None, "tills are asked for with their day"
            outcome = await self._tills(program, wanted.day, up_to)
        scope = wanted.day.scope if wanted.day else ""
        return Run(program, run_id, wanted.kind, sequence, scope, caller, run_time, outcome)
