"""The supervisor with real processes that answer the standard health check."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from chassis.runtime.transport import PLAIN
from deploy.local import readiness
from deploy.local.errors import LocalStackError
from deploy.local.ports import free_ports
from deploy.local.process import ProcessSpec
from deploy.local.supervisor import Supervisor

SCRIPT = Path(__file__).with_name("health_process.py")


def spec(directory: Path, name: str = "probe", manner: str = "serve", seconds: float = 20) -> ProcessSpec:
    port = free_ports(1)[0]
    return ProcessSpec(
        name=name,
        command=(sys.executable, str(SCRIPT), str(port), manner),
        environment=os.environ,
        log_file=directory / f"{name}.log",
        ready=readiness.grpc_health(PLAIN.peer(f"127.0.0.1:{port}")),
        ready_seconds=seconds,
        stop_seconds=1,
    )


async def test_a_started_process_is_ready(tmp_path: Path) -> None:
    supervisor = Supervisor()
    process = await supervisor.start(spec(tmp_path))
    await process.spec.ready()
    await supervisor.stop()


async def test_stop_drains_in_reverse_order(tmp_path: Path) -> None:
    supervisor = Supervisor()
    first = await supervisor.start(spec(tmp_path, "first"))
    second = await supervisor.start(spec(tmp_path, "second"))
    await supervisor.stop()
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (tmp_path / "first.log").stat().st_mtime > (tmp_path / "second.log").stat().st_mtime


async def test_a_process_that_ends_at_start_is_told_with_its_log(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match=r"probe ended with exit code 3\.(.|\n)*no way to start"):
        await Supervisor().start(spec(tmp_path, manner="fail"))


async def test_a_process_that_never_serves_is_told_with_the_last_answer(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match=r"not ready after 3 s \(health: not serving\)"):
        await Supervisor().start(spec(tmp_path, manner="not-serving", seconds=3))


async def test_a_process_that_dies_ends_the_watch(tmp_path: Path) -> None:
    supervisor = Supervisor()
    process = await supervisor.start(spec(tmp_path))
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(LocalStackError, match="probe was killed by signal 9"):
        await asyncio.wait_for(supervisor.watch(), 5)


async def test_a_process_killed_on_purpose_does_not_end_the_watch(tmp_path: Path) -> None:
    supervisor = Supervisor()
    process = await supervisor.start(spec(tmp_path))
    process.kill()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(supervisor.watch(), 0.5)


async def test_a_killed_process_starts_again(tmp_path: Path) -> None:
    supervisor = Supervisor()
    process = await supervisor.start(spec(tmp_path))
    process.kill()
    await process.start()
    await process.spec.ready()
    await supervisor.stop()


async def test_a_process_that_does_not_drain_is_killed(tmp_path: Path) -> None:
    supervisor = Supervisor()
    process = await supervisor.start(spec(tmp_path, manner="stubborn"))
    await supervisor.stop()
    assert process.exit_code == -signal.SIGKILL


async def test_a_name_that_was_never_started_is_told(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match="No process 'nobody'"):
        Supervisor().process("nobody")
