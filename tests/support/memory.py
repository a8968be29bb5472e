"""Directories in memory for clusters that are thrown away.

A database is hundreds of files, and most tests want one of their own: on a disk their making and dropping takes more
of the processor than all that is done inside. What kills of processes prove is proven in memory as well, since the
files outlive every process; only what is measured against a disk belongs on one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.scratch import scratch_directory

_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 << 30
"""Several runs of tests beside each other, each with several clusters, and what they run beside."""


@contextmanager
def throwaway_directory() -> Iterator[Path]:
    """A scratch directory in memory where the machine has room for it, else among the temporary files."""
    with scratch_directory(*_places()) as directory:
        yield directory


def _places() -> list[Path]:
    if not os.access(_MEMORY, os.W_OK | os.X_OK):
        return []
    status = os.statvfs(_MEMORY)
    # The programs of the servers are copied beside their data where their account cannot reach them.
    runs_programs = not status.f_flag & os.ST_NOEXEC
    return [_MEMORY] if runs_programs and min(status.f_bavail * status.f_frsize, _free_bytes()) >= _ROOM_BYTES else []


def _free_bytes() -> int:
    """Memory that can be taken without swapping."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    [kilobytes] = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(kilobytes) << 10
