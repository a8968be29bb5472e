"""The six ports of the mesh, and those of further ledgers."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields
from typing import Self

from deploy.local.errors import LocalStackError

LOOPBACK = "127.0.0.1"
DEFAULT_BASE = 7400

MOST_LEDGERS = 8

# Below the kernel's range for outgoing connections, so that no client socket sits on a port of a server
# that was stopped for a moment.
_FREE_RANGE = range(15000, 32000)


@dataclass(frozen=True, slots=True)
class Ports:
    """One TCP port for each process, all on the loopback address. `more_ledgers` are those of `ledger-2` and so on."""

    identity: int
    rules: int
    ledger: int
    settlement: int
    postgres: int
    valkey: int
    more_ledgers: tuple[int, ...] = ()

    @classmethod
    def from_base(cls, base: int, ledgers: int = 1) -> Self:
        """The fixed layout above a base port; each further ledger ten above the one before."""
        return cls(
            identity=base + 1,
            rules=base + 2,
            ledger=base + 3,
            settlement=base + 4,
            postgres=base + 32,
            valkey=base + 79,
            more_ledgers=tuple(base + 3 + 10 * number for number in range(1, ledgers)),
        )

    @classmethod
    def free(cls, ledgers: int = 1) -> Self:
        """Ports that nobody listens on now, for tests."""
        names = [field.name for field in fields(cls) if field.name != "more_ledgers"]
        found = free_ports(len(names) + ledgers - 1)
        return cls(**dict(zip(names, found, strict=False)), more_ledgers=tuple(found[len(names) :]))

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Pairs of process name and port."""
        for field in fields(self):
            if field.name != "more_ledgers":
                yield field.name, getattr(self, field.name)
        for number, port in enumerate(self.more_ledgers, start=2):
            yield f"ledger-{number}", port


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
