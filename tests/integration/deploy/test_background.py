"""``python -m deploy.local`` as a person types it; with the servers only, which is what needs care."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.background import read_state
from deploy.local.lock import holder
from deploy.local.ports import LOOPBACK, Ports, free_ports
from deploy.local.process import CHECKOUT
from deploy.local.settings import DATA_DIR_VARIABLE, PORT_BASE_VARIABLE, StackSettings
from tests.integration.deploy.people import all_gone, told_in
from tests.support.memory import throwaway_directory


class CommandLine:
    """The command with a data directory and a port base of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.base = free_ports(1)[0]
        self.settings = StackSettings(data_dir, Ports.from_base(self.base))

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "deploy.local", *words],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={
                **os.environ,
                DATA_DIR_VARIABLE: str(self.settings.data_dir),
                PORT_BASE_VARIABLE: str(self.base),
            },
        )


@pytest.fixture
def local() -> Iterator[CommandLine]:
    with throwaway_directory() as directory:
        command = CommandLine(directory / "data")
        try:
            yield command
        finally:
            command("down")


async def test_up_leaves_the_stack_running_until_down_ends_it(local: CommandLine) -> None:
    started = local("up", "--only")
    assert started.returncode == 0, started.stderr
    assert f"{LOOPBACK}:{local.base + 3}" in started.stdout
    pids = read_state(local.settings)["processes"].values()
    assert "The stack runs" in local("status").stdout
    again = local("up", "--only")
    assert again.returncode == 0
    assert "runs already" in again.stdout
    the_ports_are_named_to_who_wants_them_too(local)
    assert local("down").returncode == 0
    assert await all_gone(*pids, seconds=0)
    assert "does not run" in local("status").stdout


def the_ports_are_named_to_who_wants_them_too(local: CommandLine) -> None:
    with throwaway_directory() as directory:
        other = CommandLine(directory / "data")
        other.base = local.base
        refused = other("up", "--only")
    assert refused.returncode == 1
    assert f"Port {local.base + 32}" in refused.stdout
    assert "LOYALTY_PORT_BASE=" in refused.stdout
    assert "did not start" in refused.stderr


async def test_up_after_a_killed_supervisor_and_clean_removes_the_data(local: CommandLine) -> None:
    local("up", "--only")
    supervisor = holder(local.settings.lock_file)
    assert supervisor is not None
    os.kill(supervisor, signal.SIGKILL)
    again = local("up", "--only")
    assert again.returncode == 0, again.stderr
    assert holder(local.settings.lock_file) not in (None, supervisor)
    assert local("clean").returncode == 0
    assert not local.settings.data_dir.exists()


async def test_a_dead_server_ends_the_stack_with_a_message(local: CommandLine) -> None:
    local("up", "--only")
    pids = read_state(local.settings)["processes"]
    os.kill(pids["valkey"], signal.SIGKILL)
    assert await all_gone(*pids.values())
    # The keeper tells it once everything has ended.
    assert await told_in(local.settings.log_dir / "stack.log", "valkey was killed by signal 9")


async def test_a_port_base_that_is_no_port_is_refused(local: CommandLine) -> None:
    local.base = 70000
    refused = local("status")
    assert refused.returncode == 1
    assert "must be a number from 1024" in refused.stderr
