"""A ledger process that hangs while it holds a member: another goes on, and what the first wakes up to do is refused.

In the short form the process that will hang has leases, and a patience of the database, five times as short as in
earnest.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from deploy.local.process import ManagedProcess
from tests.fault import pausing_ledger
from tests.fault.many_ledgers import Shoppers, in_lane_of, until_shared
from tests.fault.pausing_ledger import BETWEEN_LEASE_AND_LOCK, DIRECTORY_VARIABLE, FASTER_VARIABLE, UNDER_LOCK

HANGING, ITS_TILL = "ledger-3", 2
ANOTHER_TILL = 0

in_earnest = pytest.mark.fault
SPEEDS = [pytest.param(5, id="five times as fast"), pytest.param(1, id="in earnest", marks=in_earnest)]


@dataclass
class Hanging:
    """The process that stops where it is told to, `faster` than in earnest."""

    shoppers: Shoppers
    directory: Path
    process: ManagedProcess
    faster: float

    def stop_at(self, point: str) -> None:
        """It stops there as soon as it gets there."""
        (self.directory / point).touch()

    async def stopped(self) -> None:
        """Returns when it has stopped."""
        process = psutil.Process(self.process.pid)
        for _ in range(1_000):
            if process.status() == psutil.STATUS_STOPPED:
                return
            await asyncio.sleep(0.01)
        raise TimeoutError("it does not stop there")

    def wake(self) -> None:
        """It goes on as if nothing had happened."""
        os.kill(self.process.pid, signal.SIGCONT)


@pytest_asyncio.fixture(scope="module", params=SPEEDS)
async def hanging(
    program_of_three: Shoppers, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Hanging]:
    """The third ledger is one that can be stopped."""
    usual, directory = program_of_three.stack.process(HANGING), tmp_path_factory.mktemp("pause")
    told = {FASTER_VARIABLE: str(request.param), DIRECTORY_VARIABLE: str(directory)}
    command = (sys.executable, "-m", pausing_ledger.__name__)
    process = ManagedProcess(replace(usual.spec, command=command, environment={**usual.spec.environment, **told}))
    await usual.stop()
    await process.start()
    try:
        yield Hanging(program_of_three, directory, process, request.param)
    finally:
        process.kill()
        await usual.start()


@pytest.mark.parametrize("point", [BETWEEN_LEASE_AND_LOCK, UNDER_LOCK])
async def test_a_member_held_by_a_process_that_hangs_is_served_by_another_and_spent_once(
    hanging: Hanging, point: str
) -> None:
    shoppers = hanging.shoppers
    await until_shared(shoppers.stack)
    fits = await in_lane_of(shoppers.stack, shoppers.program, HANGING)
    member = await shoppers.member_with(100, fits)
    hanging.stop_at(point)
    late = asyncio.create_task(shoppers.spend(member, 100, ITS_TILL, f"late-{member}"))
    await hanging.stopped()
    began = asyncio.get_running_loop().time()
    in_time = await shoppers.spend(member, 100, ANOTHER_TILL, f"in-time-{member}")
    waited = asyncio.get_running_loop().time() - began
    assert not isinstance(in_time, str)
    assert waited < 12 / hanging.faster + 2
    hanging.wake()
    assert await late == "INSUFFICIENT_POINTS"
    assert await shoppers.balance(member) == 0
    assert await shoppers.broken() == []
