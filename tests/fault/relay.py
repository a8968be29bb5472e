"""A relay between a client and a server on this machine that can break a connection at a chosen message."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from deploy.local.ports import LOOPBACK

CHUNK_BYTES = 65_536


@dataclass
class Broken(Exception):  # noqa: N818 - it is the order to break, not a fault of the relay
    """The connection breaks here: once `last` has been passed on, `seconds` later.

    With `silent` it is not closed: nothing passes any more in either direction, and nobody is told.
    """

    last: bytes = b""
    silent: bool = False
    seconds: float = 0.0


class Talk(Protocol):
    """What a relay knows of one connection: it sees what comes from each side and says what is passed on.

    Each raises Broken where the connection shall break.
    """

    def from_client(self, data: bytes) -> bytes:
        """What the server gets."""

    def from_server(self, data: bytes) -> bytes:
        """What the client gets."""


@dataclass(eq=False)
class _Connection:
    """Both ends of one relayed connection."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    silent: bool = False

    def cut(self) -> None:
        """The client hears of it at once; the server finds the end of what it was sent."""
        self.client.transport.abort()
        self.server.close()


@dataclass
class Relay:
    """Listens at `port` and passes on to `server_port`; `talk` begins with each connection."""

    server_port: int
    talk: Callable[[], Talk]
    port: int = 0
    _open: set[_Connection] = field(default_factory=set)
    _away: bool = False

    async def away(self, seconds: float) -> None:
        """Breaks every connection and takes none for so long."""
        self._away = True
        for connection in list(self._open):
            connection.cut()
        await asyncio.sleep(seconds)
        self._away = False

    async def serve(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """One connection from its beginning to its end."""
        if self._away:
            client.transport.abort()
            return
        try:
            server_reader, server = await asyncio.open_connection(LOOPBACK, self.server_port)
        except OSError:
            client.transport.abort()
            return
        connection, talk = _Connection(client, server), self.talk()
        self._open.add(connection)
        try:
            await asyncio.gather(
                self._pump(connection, client_reader, server, talk.from_client),
                self._pump(connection, server_reader, client, talk.from_server),
            )
        finally:
            self._open.discard(connection)
            connection.cut()

    async def _pump(
        self,
        connection: _Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        passed: Callable[[bytes], bytes],
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                if connection.silent:
                    continue
                try:
                    writer.write(passed(data))
                except Broken as broken:
                    writer.write(broken.last)
                    connection.silent = True
                    if not broken.silent:
                        asyncio.get_running_loop().call_later(broken.seconds, connection.cut)
                        continue
                await writer.drain()
        if not connection.silent:
            writer.close()

    def close(self) -> None:
        """Ends all connections."""
        for connection in list(self._open):
            connection.cut()


@asynccontextmanager
async def open_relay(server_port: int, talk: Callable[[], Talk]) -> AsyncIterator[Relay]:
    """A relay on a free port."""
    relay = Relay(server_port, talk)
    server = await asyncio.start_server(relay.serve, LOOPBACK, 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        relay.close()
