"""How processes speak to each other: mutual TLS, or plain text that never leaves this machine.

A `Transport` opens ports and channels; a `Peer` is an address together with the transport to reach it by, and the
only thing channels are made from. So nobody can forget how, and nobody sends a token in plain text by accident.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import grpc

from chassis.runtime.reasons import unavailable

Option = tuple[str, Any]


class Transport(Protocol):
    """One way to speak, with the credentials of this process."""

    @property
    def edition(self) -> int:
        """Another number once our certificate has changed: a channel opened before it should be opened again."""

    def open_channel(self, address: str, options: Sequence[Option]) -> grpc.aio.Channel:
        """A bare channel to `host:port`. Refuses `UNAVAILABLE` where this transport must not go."""

    def open_port(self, server: grpc.aio.Server, address: str) -> int:
        """Let a server listen at `host:port` (port 0: any); the port. Raises RuntimeError if it is taken and
        ValueError where this transport must not listen."""

    def peer(self, address: str) -> "Peer":
        """Somebody at `host:port`."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a service listens, and how to speak to it."""

    address: str
    transport: Transport

    def channel(self, options: Sequence[Option] = ()) -> grpc.aio.Channel:
        """A bare gRPC channel, without tokens, deadlines and refusals: for probes and tests."""
        return self.transport.open_channel(self.address, options)


class Plain:
    """Plain text, on loopback alone."""

    edition = 0

    def open_channel(self, address: str, options: Sequence[Option]) -> grpc.aio.Channel:
        if not is_loopback(address):
            raise unavailable(f"{address} (plain text does not leave this machine)")
        return grpc.aio.insecure_channel(address, options=list(options))

    def open_port(self, server: grpc.aio.Server, address: str) -> int:
        if not is_loopback(address):
            raise ValueError(f"{address} is not a loopback address: plain text does not leave this machine")
        return server.add_insecure_port(address)

    def peer(self, address: str) -> Peer:
        return Peer(address, self)


PLAIN = Plain()


def is_loopback(address: str) -> bool:
    """Whether `host:port` names this machine and no other: 127.0.0.0/8, ::1 or localhost."""
    host = address.rpartition(":")[0].removeprefix("[").removesuffix("]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
