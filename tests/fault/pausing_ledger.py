"""A ledger that stops itself with SIGSTOP at a point that a test names, once: `python -m tests.fault.pausing_ledger`.

PAUSE_DIRECTORY holds a file named after the point while the process shall stop there; it is removed when it does.
FASTER divides all leases and the database's patience, so that a test need not wait for the real ones. It is the real
service otherwise: the parts that wait are put around the real ones before it is built.
"""

import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from chassis.runtime import postgres
from ledger_service.app import lanes
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import Command
from ledger_service.domain.slice import Slice
from ledger_service.lanes import guard, keeper
from ledger_service.lanes.guard import Guarded, MemberGuard
from ledger_service.store.batch import PostgresBatch
from tests.fault.other_parts import batches_of, serve_with

BETWEEN_LEASE_AND_LOCK = "between-lease-and-lock"
UNDER_LOCK = "under-lock"

DIRECTORY_VARIABLE = "PAUSE_DIRECTORY"
FASTER_VARIABLE = "FASTER"


def pause_at(point: str) -> None:
    """Stops the process if a test asked for it here."""
    asked = Path(os.environ[DIRECTORY_VARIABLE], point)
    if asked.exists():
        asked.unlink()
        os.kill(os.getpid(), signal.SIGSTOP)


class PausingGuard(MemberGuard):
    """Stops with leases in hand."""

    async def acquire(self, partition: int, floors: Mapping[MemberKey, int]) -> Guarded:
        guarded = await super().acquire(partition, floors)
        if guarded.fences:
            pause_at(BETWEEN_LEASE_AND_LOCK)
        return guarded


class PausingBatch(PostgresBatch):
    """Stops with wallets locked."""

    async def load(self, commands: Sequence[Command]) -> Slice:
        state = await super().load(commands)
        pause_at(UNDER_LOCK)
        return state


def main() -> None:
    """Serves until SIGTERM."""
    faster = float(os.environ.get(FASTER_VARIABLE, "1"))
    guard.LEASE_MS = round(guard.LEASE_MS / faster)
    keeper.LEASE_SECONDS /= faster
    keeper.RENEW_SECONDS /= faster
    postgres.IDLE_IN_TRANSACTION_MS = round(postgres.IDLE_IN_TRANSACTION_MS / faster)
    serve_with(
        (lanes, "RENEW_SECONDS", keeper.RENEW_SECONDS), (lanes, "MemberGuard", PausingGuard), batches_of(PausingBatch)
    )


if __name__ == "__main__":
    main()
