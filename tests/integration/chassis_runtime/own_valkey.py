"""A Valkey server that one test may ill-treat."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from deploy.local.binaries import valkey_program
from deploy.local.ports import free_ports


@dataclass(slots=True)
class OwnValkey:
    """The running server; nothing it knows survives it."""

    program: Path
    directory: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> SecretStr:
        return SecretStr(f"redis://127.0.0.1:{self.port}/0")

    async def start(self) -> None:
        """Start it and wait until it answers."""
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "dir": str(self.directory)}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.process = await asyncio.create_subprocess_exec(
            str(self.program), *words, stdout=asyncio.subprocess.DEVNULL
        )
        async with self.client() as client:
            await _answering(client)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Redis]:
        """A client to look behind the curtain."""
        client = Redis(port=self.port, decode_responses=True)
        try:
            yield client
        finally:
            await client.aclose()

    async def empty(self) -> None:
        """Let it forget everything, scripts too."""
        async with self.client() as client:
            await client.flushall()
            await client.script_flush()

    def pause(self) -> None:
        """It keeps its connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    async def kill(self) -> None:
        """End it at once, unless it has ended."""
        if self.process is None:
            return
        self._signal(signal.SIGKILL)
        await self.process.wait()
        self.process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        os.kill(self.process.pid, number)


@asynccontextmanager
async def own_valkey(directory: Path) -> AsyncIterator[OwnValkey]:
    """A server for the block."""
    (port,) = free_ports(1)
    server = OwnValkey(valkey_program(None, directory), directory, port)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()


async def _answering(client: Redis) -> None:
    for _ in range(250):
        try:
            await client.ping()
            return
        except (RedisError, OSError):
            await asyncio.sleep(0.02)
    raise TimeoutError("the server does not answer")
