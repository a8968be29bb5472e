"""Waking who waits for a lease: one subscription a process, and a timer where no message comes."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

from redis.exceptions import RedisError

from chassis.runtime.logs import get_logger
from chassis.runtime.valkey import Client

CHANNEL_PREFIX = "lease_freed:"
_RECONNECT_SECONDS = 0.5

_log = get_logger(__name__)


def channel_of(partition: str) -> str:
    """Where the leases of a partition are published when they are freed."""
    return f"{CHANNEL_PREFIX}{{{partition}}}"


class Wakeups:
    """Remembers who waits for which lease. A lost message costs time, never more: the timer is the lease's end."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._watches: dict[int, set[str]] = {}

    @contextmanager
    def watching(self) -> Iterator[set[str]]:
        """For the block, collects the names that are freed: a lease can be freed between the server's answer and
        the moment its waiter is known here."""
        freed: set[str] = set()
        self._watches[id(freed)] = freed
        try:
            yield freed
        finally:
            # By identity: the sets of two calls at once are often equal.
            del self._watches[id(freed)]

    def event_for(self, name: str, at_most_ms: int) -> asyncio.Event:
        """An event that is set when the lease is freed, or after `at_most_ms`."""
        event = asyncio.Event()
        self._waiting.setdefault(name, set()).add(event)
        asyncio.get_running_loop().call_later(at_most_ms / 1000, self._expire, name, event)
        return event

    def freed(self, names: Iterable[str]) -> None:
        """Wake all who wait for these."""
        for name in names:
            for watch in self._watches.values():
                watch.add(name)
            for event in self._waiting.pop(name, ()):
                event.set()

    def _expire(self, name: str, event: asyncio.Event) -> None:
        event.set()
        waiting = self._waiting.get(name)
        if waiting is not None:
            waiting.discard(event)
            if not waiting:
                del self._waiting[name]

    @asynccontextmanager
    async def listening(self, client: Client) -> AsyncIterator[None]:
        """Follow what the server publishes, for the block."""
        listener = asyncio.create_task(self._listen(client), name="lease wakeups")
        try:
            yield
        finally:
            listener.cancel()
            await asyncio.wait([listener])

    async def _listen(self, client: Client) -> None:
        told = False
        while True:
            try:
                async with client.pubsub() as subscription:
                    await subscription.psubscribe(f"{CHANNEL_PREFIX}*")
                    async for message in subscription.listen():
                        told = False
                        self._receive(message)
            except (RedisError, OSError) as error:
                if not told:
                    # Once an outage: it may last, and this comes round twice a second.
                    told = True
                    _log.warning("lease wakeups are interrupted", reason=type(error).__name__)
                await asyncio.sleep(_RECONNECT_SECONDS)

    def _receive(self, message: dict[str, object]) -> None:
        if message["type"] == "psubscribe":
            # What was freed while nobody listened is not told again, so everybody looks for himself.
            self.freed(list(self._waiting))
        elif message["type"] == "pmessage":
            self.freed(str(message["data"]).split("\n"))
