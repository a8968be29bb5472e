"""Runs the keeper as root and as an ordinary user, and watches what it leaves behind."""

import asyncio
import contextlib
import json
import os
import pwd
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from deploy.local.accounts import Account, reaches
from deploy.local.ports import free_ports
from deploy.local.process import CHECKOUT
from tests.support.memory import throwaway_directory


@dataclass(frozen=True, slots=True)
class Running:
    """A keeper whose servers are ready."""

    keeper: subprocess.Popen[str]
    postgres: int
    valkey: int
    url: str

    async def execute(self, statement: str) -> None:
        """Run one statement as superuser."""
        connection = await asyncpg.connect(self.url)
        await connection.execute(statement)
        await connection.close()

    async def value(self, query: str) -> object:
        """The single value of a query as superuser."""
        connection = await asyncpg.connect(self.url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()


class Person:
    """Somebody who starts keepers on one data directory."""

    def __init__(self, directory: Path, account: Account | None) -> None:
        """``account`` None: the account that runs the tests."""
        self.data_dir = directory / "data"
        self._account = account
        self._ports = free_ports(2)
        self._keepers: list[subprocess.Popen[str]] = []
        self.data_dir.mkdir(mode=0o711)
        if account is not None:
            os.chown(self.data_dir, account.uid, account.gid)

    def begin(self) -> subprocess.Popen[str]:
        """Start a keeper without waiting for it."""
        account = self._account
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.deploy.keeper", str(self.data_dir), *map(str, self._ports)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
            env={**os.environ, "HOME": str(self.data_dir)},
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
        )
        self._keepers.append(keeper)
        return keeper

    def start(self) -> Running:
        """Start a keeper and wait for its servers."""
        keeper = self.begin()
        assert keeper.stdout is not None
        line = keeper.stdout.readline()
        if not line:
            raise AssertionError(keeper.communicate()[1])
        return Running(keeper, **json.loads(line))

    def refusal(self) -> str:
        """What a keeper that cannot start says."""
        return self.begin().communicate(timeout=30)[1]

    def end(self) -> None:
        """End all keepers that still run."""
        for keeper in self._keepers:
            keeper.terminate()
        for keeper in self._keepers:
            keeper.communicate(timeout=30)


@contextlib.contextmanager
def person_named(name: str) -> Iterator[Person]:
    """``root`` or ``ordinary user``; skips with the reason where the tests cannot be that person."""
    account = None
    if name == "root" and os.geteuid() != 0:
        pytest.skip("needs root")
    if name == "ordinary user" and os.geteuid() == 0:
        entry = pwd.getpwnam("nobody")
        account = Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
        if not all(reaches(account, path) for path in (Path(__file__), Path(sys.prefix), Path(sys.executable))):
            pytest.skip("an ordinary user cannot read this checkout or its environment")
    with throwaway_directory() as directory:
        person = Person(directory, account)
        try:
            yield person
        finally:
            person.end()


async def all_gone(*pids: int, seconds: float = 15) -> bool:
    """Whether the processes end within the time; a zombie counts as ended."""
    deadline = time.monotonic() + seconds
    while any(_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


async def told_in(file: Path, text: str, *, seconds: float = 15) -> bool:
    """Whether a file comes to hold a text within the time."""
    deadline = time.monotonic() + seconds
    while text not in await asyncio.to_thread(file.read_text):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
