"""`python -m tests.bench [--quick] [--page FILE]`. Exit code 0 only if every claim held."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import psutil
import uvloop

from chassis.runtime.logs import configure_logs
from deploy.local.ports import Ports
from deploy.local.process import CHECKOUT
from deploy.local.scratch import scratch_directory
from deploy.local.settings import StackSettings
from deploy.local.stack import LocalStack
from tests.bench.budgets import budget_cases
from tests.bench.callers import callers_case
from tests.bench.claims import claims
from tests.bench.conditions import condition_cases
from tests.bench.echo import echo_case
from tests.bench.engine import engine_cases
from tests.bench.goals import goals
from tests.bench.growth import measure_growth
from tests.bench.histories import history_cases
from tests.bench.intake import intake_after_peak, intake_case
from tests.bench.journal_export import export_claims, measure_exports
from tests.bench.judging import calls_case, judging_goals, rules_case, rules_memory
from tests.bench.limits import WITHOUT_LIMITS
from tests.bench.machine import Machine
from tests.bench.memory import MEGABYTE, idle_memory
from tests.bench.merging import merging_case
from tests.bench.mesh import mesh_load
from tests.bench.page import page
from tests.bench.pgbench import pgbench_cases
from tests.bench.plan import FULL, QUICK, Plan
from tests.bench.resolving import resolving_case
from tests.bench.result import Result
from tests.bench.rounds import run_rounds
from tests.bench.settled import settled_cases
from tests.support.servers import Databases

PAGE = CHECKOUT / "docs" / "reference" / "benchmarks.md"

_LONGER_SECONDS = 60.0
IN_EARNEST = {
    "max_wal_size": "4GB",
    "shared_buffers": f"{psutil.virtual_memory().total // 4 // MEGABYTE}MB",
    "max_connections": "400",
}
"""As docs/runbooks/postgresql.md wants it: the cases write so much that the local stack's half a gigabyte forces a
checkpoint in every round, and what they read does not fit into its memory. Each case keeps pools of its own, and the
yardstick comes with 128 clients besides."""


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the mesh.")
    parser.add_argument("--quick", action="store_true", help="a look in under two minutes; prints only")
    parser.add_argument("--page", type=Path, help=f"where the page goes (default: {PAGE.name}; with --quick: nowhere)")
    arguments = parser.parse_args()
    configure_logs("bench", "WARNING")
    plan = QUICK if arguments.quick else FULL
    target: Path | None = arguments.page or (None if arguments.quick else PAGE)
    command = "python -m tests.bench --quick" if arguments.quick else "make bench"
    result = uvloop.run(_bounded(plan, command))
    text = page(result)
    print(text)
    if target is not None:
        target.write_text(text)
    for goal in (*goals(result.measured, plan), *judging_goals(result.measured, result.rules_bytes)):
        if not goal.held:
            print(f"GOAL MISSED: {goal.text}: {goal.figure}", file=sys.stderr)
    held = (*claims(result.measured, result.idle), *export_claims(result.exports))
    broken = [claim for claim in held if not claim.held]
    for claim in broken:
        print(f"DID NOT HOLD: {claim.text}: {claim.figure}", file=sys.stderr)
    return 1 if broken else 0


async def _bounded(plan: Plan, command: str) -> Result:
    """The run, ended by force if its bounds should fail."""
    async with asyncio.timeout(plan.limit_seconds + _LONGER_SECONDS):
        return await measure(plan, command)


async def measure(plan: Plan, command: str) -> Result:
    """One run, from empty databases to the result."""
    begun, load_average = time.monotonic(), os.getloadavg()[0]
    async with _stack() as stack, AsyncExitStack() as opened:
        machine = await Machine.of(stack, load_average)
        idle = await idle_memory(stack)
        _report("posting for the growth of the databases")
        load = await opened.enter_async_context(mesh_load(stack, plan))
        grown = await measure_growth(stack, load)
        servers = (Databases(stack), stack.valkey.url)
        _report(f"exporting a journal of {plan.exported_movements:,} movements")
        exports = await measure_exports(stack, servers[0], plan.exported_movements)
        _report("preparing the yardsticks and the engine")
        echo = await opened.enter_async_context(echo_case(plan))
        yardsticks = [echo, *await opened.enter_async_context(pgbench_cases(stack.postgres))]
        engines = await opened.enter_async_context(engine_cases(*servers, plan))
        intake = await opened.enter_async_context(intake_case(servers[0], plan))
        _report(f"filling a month of {plan.month_movements:,} movements")
        settled = await opened.enter_async_context(settled_cases(servers[0], plan))
        budgets = await opened.enter_async_context(budget_cases(*servers, plan))
        _report(f"filling a database with {plan.accruals:,} accruals")
        filled = history_cases(*servers, plan, lambda: _checkpoint(stack))
        histories = await opened.enter_async_context(filled)
        judging = [rules_case(), await opened.enter_async_context(calls_case(stack))]
        merging = await opened.enter_async_context(merging_case(*servers))
        resolving = await opened.enter_async_context(resolving_case(servers[0], stack))
        callers = await opened.enter_async_context(callers_case(servers[0], stack))
        cases = [
            *yardsticks,
            *condition_cases(plan),
            *judging,
            resolving,
            callers,
            merging,
            *intake_after_peak(engines, intake),
            *settled,
            *budgets,
            *histories,
            *load.cases(),
        ]
        measured = await run_rounds(cases, plan, begun + plan.limit_seconds, _report)
        return Result(
            command=command,
            date=datetime.now(UTC).date().isoformat(),
            seconds=time.monotonic() - begun,
            plan=plan,
            machine=machine,
            measured=measured,
            lags=load.lags,
            spent=load.spent,
            grown=grown,
            idle=idle,
            loaded=await idle_memory(stack),
            rules_bytes=await rules_memory(),
            exports=exports,
        )


async def _checkpoint(stack: LocalStack) -> None:
    """Writes what was filled to disk, which would otherwise be done while something is measured."""
    connection = await asyncpg.connect(stack.postgres.url("postgres"))
    try:
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


@asynccontextmanager
async def _stack() -> AsyncIterator[LocalStack]:
    """The whole mesh on free ports with PostgreSQL as durable as it is in earnest, gone afterwards."""
    with scratch_directory() as directory:
        settings = StackSettings(
            data_dir=directory / "stack",
            ports=Ports.free(),
            durable=True,
            postgres_options=IN_EARNEST,
            service_environment=WITHOUT_LIMITS,
        )
        async with LocalStack(settings, report=_report) as stack:
            try:
                yield stack
            except Exception:
                # The directory with the logs goes away with the stack.
                for process in stack.processes:
                    _report(process.log_tail())
                raise


def _report(step: str) -> None:
    print(f"… {step}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
