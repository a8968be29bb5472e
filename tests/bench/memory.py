"""Resident memory of the service processes."""

import asyncio
from collections.abc import Mapping

import psutil

from deploy.local.services import SERVICES
from deploy.local.stack import LocalStack

MEGABYTE = 1_000_000

_IDLE_SECONDS = 2.0


async def idle_memory(stack: LocalStack) -> Mapping[str, int]:
    """Bytes of each service a moment after the last thing happened."""
    await asyncio.sleep(_IDLE_SECONDS)
    return {service: resident(stack.process(service).pid) for service in SERVICES}


def resident(pid: int) -> int:
    """Bytes that a process holds in memory, shared libraries included."""
    return int(psutil.Process(pid).memory_info().rss)
