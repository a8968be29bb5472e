"""One child process: started behind its readiness check, logged to a file, ended with its parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.accounts import Account
from deploy.local.errors import LocalStackError, NotReadyError
from deploy.local.lock import FileLock

CHECKOUT = Path(__file__).resolve().parents[2]

_LAUNCH = Path(__file__).with_name("launch.py")
_POLL_SECONDS = 0.02


async def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """All that is needed to start a process and to stop it again.

    ``prepare`` runs before each start, under ``lock`` where there is one; ``ready`` raises NotReadyError until the
    process can serve. ``death_signal`` is what the kernel sends to it when its launcher ends.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log_file: Path
    ready: Callable[[], Awaitable[None]]
    prepare: Callable[[], Awaitable[None]] = _nothing
    lock: FileLock | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    ready_seconds: float = 30
    stop_seconds: float = 20
    directory: Path = field(default=CHECKOUT)


class ManagedProcess:
    """A process made from a spec. It can be started again after it ended, as the same or after a kill."""

    def __init__(self, spec: ProcessSpec) -> None:
        self.spec = spec
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self.wanted = False

    @property
    def name(self) -> str:
        """The name of the process in messages and in the stack."""
        return self.spec.name

    @property
    def pid(self) -> int:
        """The process id of the running process; LocalStackError if it does not run."""
        if self._child is None or self._child.poll() is not None:
            raise LocalStackError(f"{self.name} does not run")
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether the process lives now."""
        return self._child is not None and self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        """What the last process ended with (negative: the signal), None while it runs or before the first start."""
        return None if self._child is None else self._child.poll()

    async def start(self) -> None:
        """Start and return when ready. LocalStackError, with the end of the log, if it ends or is late."""
        if self.running:
            return
        if self.spec.lock is not None:
            self.spec.lock.acquire()
        try:
            await self.spec.prepare()
            self._log_start = _size(self.spec.log_file)
            self._child = spawn(
                self.spec.command,
                environment=self.spec.environment,
                log_file=self.spec.log_file,
                account=self.spec.account,
                death_signal=self.spec.death_signal,
                directory=self.spec.directory,
            )
            self.wanted = True
            await self._until_ready()
        except BaseException:
            await self.stop()
            raise

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + self.spec.ready_seconds
        answer = "no answer yet"
        while time.monotonic() < deadline:
            if not self.running:
                raise LocalStackError(self.obituary())
            try:
                return await self.spec.ready()
            except NotReadyError as fault:
                answer = str(fault)
            await asyncio.sleep(_POLL_SECONDS)
        raise LocalStackError(
            f"{self.name} was not ready after {self.spec.ready_seconds:g} s ({answer}).\n{self.log_tail()}"
        )

    def kill(self) -> None:
        """End the process at once (SIGKILL), as a crash would; it counts as wanted no more."""
        self.wanted = False
        if self._child is not None and self.running:
            self._child.kill()
            self._child.wait()

    async def stop(self) -> None:
        """Ask the process to drain and end, kill it when it takes too long, give its lock back."""
        self.wanted = False
        if self._child is not None and self.running:
            self._child.send_signal(self.spec.stop_signal)
            await _ended_within(self._child, self.spec.stop_seconds)
            self.kill()
        if self.spec.lock is not None:
            self.spec.lock.release()

    def obituary(self) -> str:
        """How the process ended, with the end of its log."""
        code = self.exit_code
        how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with exit code {code}"
        return f"{self.name} {how}.\n{self.log_tail()}"

    def log_tail(self) -> str:
        """The last lines that the present process wrote, headed by the name of the file."""
        return log_tail(self.spec.log_file, self._log_start)


def spawn(
    command: tuple[str, ...],
    *,
    environment: Mapping[str, str],
    log_file: Path,
    account: Account | None,
    death_signal: signal.Signals,
    directory: Path,
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, so that Ctrl-C reaches the supervisor alone.

    Call it from the main thread: the kernel ties the parent-death signal to the thread that forks.
    """
    uid, gid = (account.uid, account.gid) if account is not None else (-1, -1)
    tie = (str(os.getpid()), str(int(death_signal)), str(uid), str(gid))
    with os.fdopen(os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as log:
        return subprocess.Popen(
            (sys.executable, "-I", "-S", str(_LAUNCH), *tie, *command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(environment),
            cwd=directory,
            start_new_session=True,
        )


async def run_to_end(
    name: str,
    command: tuple[str, ...],
    *,
    environment: Mapping[str, str],
    log_file: Path,
    account: Account | None = None,
    directory: Path = CHECKOUT,
    seconds: float = 120,
) -> None:
    """Run a command that is expected to end with exit code 0; LocalStackError with the end of its log if not."""
    log_start = _size(log_file)
    child = spawn(
        command,
        environment=environment,
        log_file=log_file,
        account=account,
        death_signal=signal.SIGKILL,
        directory=directory,
    )
    try:
        in_time = await _ended_within(child, seconds)
    finally:
        child.kill()
        child.wait()
    if child.returncode != 0:
        how = f"ended with exit code {child.returncode}" if in_time else f"did not end within {seconds:g} s"
        raise LocalStackError(f"{name} {how}.\n{log_tail(log_file, log_start)}")


async def _ended_within(child: subprocess.Popen[bytes], seconds: float) -> bool:
    for _ in range(round(seconds / _POLL_SECONDS)):
        if child.poll() is not None:
            return True
        await asyncio.sleep(_POLL_SECONDS)
    return child.poll() is not None


def _size(log_file: Path) -> int:
    return log_file.stat().st_size if log_file.exists() else 0


def log_tail(log_file: Path, start: int = 0, lines: int = 20) -> str:
    """The last lines written to a log after the byte position ``start``, headed by the name of the file."""
    with log_file.open("rb") as log:
        log.seek(max(start, log_file.stat().st_size - 16_000))
        text = log.read().decode(errors="replace").splitlines()[-lines:]
    return "\n".join([f"End of {log_file}:", *(f"  {line}" for line in text or ["(nothing)"])])
