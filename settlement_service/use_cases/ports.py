"""What the use cases need of the world."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from settlement_service.domain.admission import Booking, Delivery, Fault, Mark
from settlement_service.domain.as_of import At
from settlement_service.domain.books import Check, Debt, ListedEntry, Vector
from settlement_service.domain.entity_books import Turnover
from settlement_service.domain.figures import Balance
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.reconciliation import Figures
from settlement_service.domain.standing import Standing

Place = tuple[int, int]
"""Partition and position of an event."""


@dataclass(frozen=True, slots=True)
class LogProgress:
    """Everything of the log up to these positions has been delivered."""

    positions: dict[int, int]


@dataclass(frozen=True, slots=True)
class ProgramTold:
    """A program exists, and this is its live revision."""

    facts: ProgramFacts


class Log(Protocol):
    """The ledger's log."""

    def follow(self, after: Mapping[int, int]) -> AsyncIterator[Delivery | LogProgress]:
        """Events after the given positions, in order of each partition, then each new one."""
        ...


class ProgramFeed(Protocol):
    """What the rules service tells."""

    def follow(self) -> AsyncIterator[ProgramTold | None]:
        """Each program as it is told; None once everything that exists has been."""
        ...


class Journal(Protocol):
    """Where events become history."""

    async def cursor(self) -> dict[int, Mark]:
        """The last booked event of each known partition, with the barriers of periods up to it: one snapshot."""
        ...

    async def discover(self, partitions: Iterable[int]) -> None:
        """Begins the cursor of partitions not known yet, at 0."""
        ...

    async def append(self, bookings: Sequence[Booking], before: Mapping[int, Mark], resolved: Sequence[Place]) -> bool:
        """Books events, their entries and totals, and moves the cursor from `before`: all of it or nothing. False if
        the cursor of a partition is not where `before` says. `resolved` were parked and are booked here. Raises
        Unbookable if the books refuse what an event says."""
        ...

    async def park(self, fault: Fault) -> None:
        """Keeps an event that cannot be booked, with the reason."""
        ...

    async def parked(self) -> frozenset[Place]:
        """The events parked now."""
        ...


class Books(Protocol):
    """Reading the books. The positions returned with figures are the cursor they are true at."""

    async def positions(self) -> Vector:
        """How far the books have come."""
        ...

    async def debts(self, program: str) -> tuple[Vector, list[Debt]]:
        """What entities owe each other, gross."""
        ...

    async def brands_with_history(self, program: str) -> frozenset[str]:
        """Brands that ever had a movement, also those that have left the configuration."""
        ...

    async def entries(self, program: str, entity: str, after: int, limit: int) -> list[ListedEntry]:
        """Journal entries numbered above `after`, in order, of one entity or (empty) of all."""
        ...


class AsOfFigures(Protocol):
    """Figures at a moment, read without beginning at zero."""

    async def balances(self, program: str, at: At, entity: str = "") -> tuple[Vector, list[Balance]]:
        """Every balance that is not zero, of one entity or (empty) of all, in the order of its fields; with the
        positions they are true at: the barriers of a period, else how far the books have come."""
        ...

    async def standings(self, program: str, moments: Sequence[At | None]) -> tuple[Vector, list[Standing]]:
        """All balances and brands' points at several moments, in one snapshot; None: before the first movement. With
        the positions that the last of them is true at."""
        ...

    async def turnover(
        self, program: str, entity: str, after: At | None, end: At
    ) -> tuple[Vector, list[Balance], list[Turnover]]:
        """An entity's balances at `after`, and what was posted after it until `end`: both periods' ends or both days,
        but that `end` may be now and `after` None. With the positions they are true at."""
        ...


class Verification(Protocol):
    """The checkers of the books."""

    async def run(self, program: str) -> list[Check]:
        """Every checker's outcome over one program."""
        ...


class LedgerTotals(Protocol):
    """The ledger's own sums."""

    async def totals(self, program: str, up_to: Mapping[int, int]) -> Figures:
        """The program's figures at exactly this cursor."""
        ...


class Arrivals(Protocol):
    """Tells readers that the books have moved on."""

    async def wait(self, seconds: float) -> None:
        """Returns when they have, or after `seconds`."""
        ...


class Deadline(Protocol):
    """How long the caller waits."""

    def __call__(self) -> float:
        """Seconds left; 0 or less when time is up."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant: UTC, whole microseconds."""
        ...
