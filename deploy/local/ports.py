"""The six ports of the mesh."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields
from typing import Self

from deploy.local.errors import LocalStackError

LOOPBACK = "127.0.0.1"
DEFAULT_BASE = 7400

# Below the kernel's range for outgoing connections, so that no client socket sits on a port of a server
# that was stopped for a moment.
_FREE_RANGE = range(15000, 32000)


@dataclass(frozen=True, slots=True)
class Ports:
    """One TCP port for each process, all on the loopback address."""

    identity: int
    rules: int
    ledger: int
    settlement: int
    postgres: int
    valkey: int

    @classmethod
    def from_base(cls, base: int) -> Self:
        """The fixed layout above a base port."""
        return cls(
            identity=base + 1,
            rules=base + 2,
            ledger=base + 3,
            settlement=base + 4,
            postgres=base + 32,
            valkey=base + 79,
        )

    @classmethod
    def free(cls) -> Self:
        """Six ports that nobody listens on now, for tests."""
        return cls(*free_ports(len(fields(cls))))

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Pairs of process name and port."""
        return ((field.name, getattr(self, field.name)) for field in fields(self))


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on now."""
    chosen: list[int] = []
    with ExitStack() as held:
        while len(chosen) < count:
            port = random.choice(_FREE_RANGE)
            probe = held.enter_context(socket.socket())
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            chosen.append(port)
    return chosen


def ensure_free(name: str, port: int) -> None:
    """LocalStackError if somebody already listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as fault:
            raise LocalStackError(
                f"Port {port} on {LOOPBACK}, wanted for {name}, cannot be used: {fault.strerror}. If another copy of "
                f"the stack runs, stop it with make down; otherwise choose other ports, for example "
                f"LOYALTY_PORT_BASE={8400 if not 8400 <= port < 8500 else 9400}."
            ) from None
