"""Valkey or Redis: a client whose pool waits instead of failing, and scripts by name."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Any

from pydantic import SecretStr
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError

MAX_CONNECTIONS = 16
_CONNECT_SECONDS = 1.0
_POOL_WAIT_SECONDS = 1.0

Client = Redis


@asynccontextmanager
async def open_valkey(url: SecretStr) -> AsyncIterator[Client]:
    """A client with at most 16 connections, made as they are needed; answers are text.

    A call whose connection turns out to be dead (the server was restarted) is sent once more on a new one, so only
    what may be repeated is to be sent. There is no time limit here: whoever calls has a budget.
    """
    pool = BlockingConnectionPool.from_url(
        url.get_secret_value(),
        max_connections=MAX_CONNECTIONS,
        timeout=_POOL_WAIT_SECONDS,
        socket_connect_timeout=_CONNECT_SECONDS,
        # A subscription listens for as long as nothing happens; calls have their budget.
        socket_timeout=None,
        retry=Retry(NoBackoff(), 1),
        decode_responses=True,
    )
    client = Redis(connection_pool=pool)
    try:
        yield client
    finally:
        await client.aclose()
        await pool.aclose()


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script, sent by its hash; in full when the server does not know it (any more)."""

    text: str
    sha1: str

    @classmethod
    def load(cls, name: str) -> "Script":
        """The script `lua/<name>.lua` of this package."""
        text = (resources.files("chassis.runtime") / "lua" / f"{name}.lua").read_text()
        return cls(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())

    async def run(self, client: Client, keys: Sequence[str], arguments: Sequence[str | int]) -> Any:
        """One call: all keys must share a hash tag."""
        try:
            return await client.evalsha(self.sha1, len(keys), *keys, *arguments)
        except NoScriptError:
            return await client.eval(self.text, len(keys), *keys, *arguments)
