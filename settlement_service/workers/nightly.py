"""The nightly round as a loop: see `use_cases.reconcile_nightly`."""

import asyncio
import random
from contextlib import aclosing
from datetime import date

from opentelemetry import metrics

from chassis.runtime.application import Worker
from chassis.runtime.clock import Clock
from chassis.runtime.logs import get_logger
from chassis.runtime.metrics import WORKER_FAILURES, observe
from chassis.runtime.workers import pause_unless
from chassis.values.refusal import Refusal
from settlement_service.domain.reconciliation_run import Run
from settlement_service.use_cases.reconcile_nightly import Failed, ReconcileNightly

_NAME = "nightly"
_METER = metrics.get_meter("settlement_service")
_RUNS = _METER.create_counter("settlement.reconciliation.runs", description="Nightly reconciliations by outcome")

_log = get_logger(__name__)


class Nightly:
    """Looks again and again whether it is past the hour and something is left to do. It looks first after a pause, so
    that a service that starts serves first."""

    def __init__(self, reconcile: ReconcileNightly, clock: Clock, hour: int, check_seconds: float) -> None:
        self._reconcile = reconcile
        self._clock = clock
        self._hour = hour
        self._check_seconds = check_seconds
        self._day = date.min
        self._differing: dict[tuple[str, str, str], int] = {}
        observe(
            "settlement.reconciliation.differing",
            lambda: sum(self._differing.values()),
            "Figures that differed in today's nightly runs",
        )

    def worker(self) -> Worker:
        """The loop to run."""
        return Worker(_NAME, self.run)

    async def run(self, stopping: asyncio.Event) -> None:
        """Goes on until it is told to stop; the run at hand is then given up."""
        while not stopping.is_set():
            await pause_unless(stopping, self._check_seconds * random.uniform(0.5, 1.0))
            if stopping.is_set():
                return
            try:
                await self._once(stopping)
            except Exception as error:
                _count_failure(error)

    async def _once(self, stopping: asyncio.Event) -> None:
        now = self._clock.now()
        if now.hour < self._hour:
            return
        if now.date() != self._day:
            self._day = now.date()
            self._differing.clear()
        async with aclosing(self._reconcile(now)) as round_:
            async for done in round_:
                if isinstance(done, Failed):
                    _RUNS.add(1, {"kind": done.kind.value, "outcome": "failed"})
                    _count_failure(done.error, program=done.program, kind=done.kind.value)
                else:
                    self._tell(done)
                if stopping.is_set():
                    return

    def _tell(self, run: Run) -> None:
        differing = len(run.outcome.differences)
        self._differing[run.program, run.kind.value, run.scope] = differing
        _RUNS.add(1, {"kind": run.kind.value, "outcome": "differs" if differing else "tied"})
        if differing:
            _log.error(
                "a reconciliation differs",
                program=run.program,
                kind=run.kind.value,
                reconciliation_id=run.run_id,
                scope=run.scope,
                figures=differing,
            )


def _count_failure(error: Exception, **of: str) -> None:
    WORKER_FAILURES.add(1, {"worker": _NAME})
    if isinstance(error, Refusal):
        _log.warning("nightly reconciliation refused", reason=error.reason, message=error.message, **of)
    else:
        _log.error("nightly reconciliation failed", exc_info=error, **of)
