"""Facts of the machine that figures are worthless without; never its name."""

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Self

import asyncpg
import grpc
import psutil

from deploy.local.stack import LocalStack

_FLUSHES = 200
_PAGE = b"\0" * 8192


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a run took place. `load` is the load average of the minute before it, `flush_ms` the middle flush."""

    cores: int
    memory: int
    load: float
    flush_ms: float
    python: str
    postgres: str
    grpc: str

    @classmethod
    async def of(cls, stack: LocalStack, load: float) -> Self:
        """The facts, from the running stack."""
        connection = await asyncpg.connect(stack.postgres.url("postgres"))
        try:
            postgres = await connection.fetchval("SHOW server_version")
        finally:
            await connection.close()
        return cls(
            cores=len(os.sched_getaffinity(0)),
            memory=psutil.virtual_memory().total,
            load=load,
            flush_ms=1e3 * flush_seconds(stack.settings.data_dir),
            python=platform.python_version(),
            postgres=postgres,
            grpc=grpc.__version__,
        )


def flush_seconds(directory: Path) -> float:
    """The middle time of writing a page over a page and waiting until it is on disk, as a commit does."""
    path = directory / "flush"
    taken = []
    with path.open("wb", buffering=0) as file:
        file.write(_PAGE)
        os.fsync(file.fileno())
        for _ in range(_FLUSHES):
            begun = time.perf_counter()
            os.pwrite(file.fileno(), _PAGE, 0)
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - begun)
    path.unlink()
    return median(taken)
