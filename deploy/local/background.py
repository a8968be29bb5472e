"""Running the stack for a person: in the foreground, detached, asked for its state, stopped, cleaned away."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy.local.errors import LocalStackError
from deploy.local.lock import holder
from deploy.local.process import CHECKOUT
from deploy.local.settings import DATA_DIR_VARIABLE, StackSettings
from deploy.local.stack import LocalStack

_START_SECONDS = 180
_STOP_SECONDS = 150
_POLL_SECONDS = 0.1


async def run(settings: StackSettings, only: Sequence[str]) -> None:
    """Run the servers and the named services until a signal (returns) or until one ends (LocalStackError).

    A second Ctrl-C while it drains ends this process at once, and with it all the others.
    """
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def drain() -> None:
        for number in numbers:
            loop.remove_signal_handler(number)
        say("stopping")
        task.cancel()

    for number in numbers:
        loop.add_signal_handler(number, drain)
    with contextlib.suppress(asyncio.CancelledError):
        async with LocalStack(settings, only=only, report=say) as stack:
            _state_file(settings).write_text(
                json.dumps({"supervisor": os.getpid(), "processes": {p.name: p.pid for p in stack.processes}})
            )
            say("ready")
            await stack.watch()
    say("stopped")


def up(settings: StackSettings, only: Sequence[str]) -> None:
    """Start the stack detached and return when it is ready; returns at once if it runs already."""
    if (pid := holder(settings.lock_file)) is not None:
        say(f"the stack runs already (process {pid})")
        return
    settings.log_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
    log_file = settings.log_dir / "stack.log"
    start = log_file.stat().st_size if log_file.exists() else 0
    with log_file.open("ab") as log:
        child = subprocess.Popen(
            (sys.executable, "-u", "-m", "deploy.local", "run", "--only", *only),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, DATA_DIR_VARIABLE: str(settings.data_dir)},
            cwd=CHECKOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        start += _relay(log_file, start)
        if read_state(settings).get("supervisor") == child.pid:
            return
        time.sleep(_POLL_SECONDS)
    child.terminate()
    child.wait()
    _relay(log_file, start)
    raise LocalStackError(f"The stack did not start; the reason is above and in {log_file}")


def down(settings: StackSettings) -> None:
    """Stop the stack and return when all of it has ended. Nothing to do if it does not run."""
    pid = holder(settings.lock_file)
    if pid is None:
        say("the stack does not run")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while holder(settings.lock_file) == pid:
        if time.monotonic() > deadline:
            say(f"process {pid} does not drain; it and its children are killed")
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(_POLL_SECONDS)
    say("stopped; the data stay in " + str(settings.data_dir))


def clean(settings: StackSettings) -> None:
    """Stop the stack and remove its data directory with everything in it."""
    down(settings)
    if (settings.data_dir / "secrets").is_dir():  # Removes only what a stack has made.
        shutil.rmtree(settings.data_dir)


def read_state(settings: StackSettings) -> dict[str, Any]:
    """Process ids of the last start that became ready: ``supervisor`` and ``processes`` by name; empty if none."""
    try:
        state: dict[str, Any] = json.loads(_state_file(settings).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return state


def say(text: str) -> None:
    """One line for the person."""
    print(text, flush=True)


def _state_file(settings: StackSettings) -> Path:
    return settings.data_dir / "state.json"


def _relay(log_file: Path, start: int) -> int:
    """Print what was logged after ``start``; returns its length in bytes."""
    with log_file.open("rb") as log:
        log.seek(start)
        new = log.read()
    sys.stdout.write(new.decode(errors="replace"))
    sys.stdout.flush()
    return len(new)
