"""Finds and ends servers that outlived a killed launcher."""

import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path

from deploy.local.errors import LocalStackError


def processes_with(marker: str, program: str) -> list[int]:
    """Process ids of ``program`` whose command line carries ``marker``; zombies do not count.

    A zombie has an empty command line. Reading the command line needs no right over the other process, which
    a root without CAP_SYS_PTRACE (a container's) does not have.
    """
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            title = os.path.basename(words[0].decode(errors="replace"))
            if title.startswith(program) and any(marker.encode() in word for word in words):
                found.append(int(entry.name))
    return found


async def end_leftovers(marker: str, program: str, gentle: signal.Signals, patience_seconds: float = 10) -> None:
    """Return once no process of ``program`` with ``marker`` is left: ask with ``gentle``, then kill.

    The caller holds the lock of the directory, so whatever is found here has lost its launcher. Raises
    LocalStackError if a process cannot be ended.
    """
    started = time.monotonic()
    remaining = processes_with(marker, program)
    _signal_all(remaining[:1], gentle)
    while remaining:
        waited = time.monotonic() - started
        if waited > patience_seconds + 5:
            raise LocalStackError(f"{program} processes {remaining} of an earlier run do not end; end them by hand.")
        if waited > patience_seconds:
            _signal_all(remaining, signal.SIGKILL)
        await asyncio.sleep(0.05)
        remaining = processes_with(marker, program)


def _signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
