"""Stores that fail or wait at the moments that matter, around the real one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from chassis.runtime.reasons import unavailable
from ledger_service.use_cases.commit_ports import Batch, BatchStore


class CrashError(Exception):
    """The process died here."""


@dataclass
class Fragile:
    """Dies so many times after everything was written and before it is committed."""

    store: BatchStore
    crashes: int = 0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Batch]:
        async with self.store.begin() as batch:
            yield batch
            if self.crashes:
                self.crashes -= 1
                raise CrashError


@dataclass
class Silent:
    """Commits so many times without the reply coming through."""

    store: BatchStore
    lost: int = 0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Batch]:
        async with self.store.begin() as batch:
            yield batch
        if self.lost:
            self.lost -= 1
            raise unavailable("database")


@dataclass
class Slow:
    """Waits with what it has read, or with what it has written, until it may go on."""

    store: BatchStore
    before: bool = False
    after: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Batch]:
        async with self.store.begin() as batch:
            if self.before:
                await self._wait()
            yield batch
            if self.after:
                await self._wait()

    async def _wait(self) -> None:
        self.reached.set()
        await self.go_on.wait()
