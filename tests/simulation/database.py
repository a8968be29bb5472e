"""What the simulated database holds, and who is connected."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

from chassis.values.canonical import GENESIS
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import PeriodCut
from ledger_service.domain.changes import Changes
from ledger_service.domain.commands import RootHomes
from ledger_service.domain.event import Event
from ledger_service.domain.purchases import Purchases
from ledger_service.domain.slice import Slice
from tests.simulation.locks import Locks
from tests.support.links import Links

Moment = Callable[[str], Awaitable[None]]
"""Passes a moment of that name: takes time, and may never return."""


async def at_once(_name: str) -> None:
    """No time passes and nothing breaks."""


@dataclass(frozen=True)
class RequestRow:
    """A request id: what was asked and what became of it."""

    fingerprint: bytes
    place: tuple[int, int] | None = None
    refusal: bytes | None = None


@dataclass(frozen=True)
class EntryRow:
    """An entry of the directory of documents."""

    fingerprint: bytes
    state: str
    program: str
    home: str
    place: tuple[int, int] | None = None
    awaiting: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class EventRow:
    """An event of the log with its answer and link."""

    event: Event
    payload: bytes
    answer: bytes
    hash: bytes


@dataclass
class HeadRow:
    """A lane: who owns it, until when, and where it stands."""

    epoch: int = 0
    owner: str = ""
    lease_until: float = -1.0
    position: int = 0
    hash: bytes = GENESIS


class OpenTransaction(Protocol):
    """A transaction that has not ended."""

    def roll_back(self) -> None:
        """Forgets everything; may be called again."""


@dataclass
class MemoryDatabase:
    """Everything that is committed."""

    partitions: int
    rows: Slice = field(default_factory=Slice)
    requests: dict[bytes, RequestRow] = field(default_factory=dict)
    entries: dict[bytes, EntryRow] = field(default_factory=dict)
    log: dict[tuple[int, int], EventRow] = field(default_factory=dict)
    committed: dict[tuple[int, int], tuple[int, tuple[RootHomes, ...]]] = field(default_factory=dict)
    """When each event was, counted, and what its command knew of who is whose."""
    heads: dict[int, HeadRow] = field(default_factory=dict)
    cuts: dict[str, list[PeriodCut]] = field(default_factory=dict)
    processes: dict[str, tuple[str, float]] = field(default_factory=dict)
    locks: Locks = field(default_factory=Locks)
    open: dict[OpenTransaction, str] = field(default_factory=dict)
    bought: dict[MemberKey, Purchases] = field(default_factory=dict)
    links: Links = field(default_factory=Links)

    def __post_init__(self) -> None:
        self.heads = {partition: HeadRow() for partition in range(self.partitions)}

    def purchases(self, wallet: MemberKey, homes: Iterable[str]) -> Purchases:
        """How often the member of some homes has bought."""
        orders, brands = 0, Counter[str]()
        for home in homes:
            known = self.bought.get(MemberKey(wallet.program, home), Purchases())
            orders += known.orders
            brands.update(known.brands)
        return Purchases(orders, {brand: number for brand, number in brands.items() if number})

    def count_purchases(self, changes: Changes) -> None:
        """Counts what a command did to the days of homes."""
        days = {MemberKey(key.program, key.home) for key in changes.activity}
        for home in days | {MemberKey(key.program, key.home) for key in changes.mixed}:
            mine = replace(
                changes,
                activity={key: one for key, one in changes.activity.items() if key.home == home.member},
                mixed={key: one for key, one in changes.mixed.items() if key.home == home.member},
            )
            self.bought[home] = self.bought.get(home, Purchases()).after(mine)

    def abort(self, owner: str) -> None:
        """Ends the transactions of a client whose connections are gone."""
        for batch in [batch for batch, client in self.open.items() if client == owner]:
            batch.roll_back()
