"""Booking what the ledger's log delivers: once each, in order, or not at all and loudly.

A fault is tried again from the cursor a few times, since the delivery may have been damaged and not the event; then
the event is parked and its partition stands still before it, while the others flow on. Every later beginning (each
reconnect, each start of a process) tries a parked event once more.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from settlement_service.domain.admission import START, Booking, Delivery, Fault, Mark, admit
from settlement_service.domain.event import Unbookable
from settlement_service.use_cases.arrivals import BooksMoved
from settlement_service.use_cases.ports import Journal, Place

TRIES = 3
"""How often an event is tried before it is parked."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch. `parked` stop their partitions now; `read_again` asks to begin again at the cursor."""

    booked: int
    parked: tuple[Fault, ...]
    read_again: bool


class BookEvents:
    """Books deliveries. Holds the cursor as this process knows it; the stored one decides."""

    def __init__(self, journal: Journal, moved: BooksMoved) -> None:
        self._journal = journal
        self._moved = moved
        self._cursor: dict[int, Mark] = {}
        self._stopped: set[int] = set()
        self._parked: frozenset[Place] = frozenset()
        self._tries: Counter[Place] = Counter()

    @property
    def stopped_partitions(self) -> int:
        """How many partitions stand still before a parked event."""
        return len(self._stopped)

    async def begin(self) -> dict[int, int]:
        """Forgets what was read and gives the positions to read after: one before the cursor, so that the last booked
        event comes again and a log that holds another one there is noticed."""
        self._cursor = await self._journal.cursor()
        self._parked = await self._journal.parked()
        self._stopped = set()
        return {partition: max(0, mark.position - 1) for partition, mark in self._cursor.items()}

    async def progress(self, positions: dict[int, int]) -> bool:
        """Takes note of how far the log has been read. False if it is past the cursor: something was left out."""
        unknown = positions.keys() - self._cursor.keys()
        if unknown:
            await self._journal.discover(unknown)
            self._cursor.update((partition, START) for partition in unknown)
        return all(
            position <= self._cursor[partition].position
            for partition, position in positions.items()
            if partition not in self._stopped
        )

    async def __call__(self, deliveries: Sequence[Delivery]) -> Outcome:
        """Books what can be booked, all of it in one transaction."""
        unknown = {delivery.partition for delivery in deliveries} - self._cursor.keys()
        if unknown:
            await self._journal.discover(unknown)
            self._cursor.update((partition, START) for partition in unknown)
        admission = admit(self._cursor, self._stopped, deliveries)
        booked, refused, elsewhere = await self._append(admission.bookings)
        if booked:
            self._moved.ring()
        parked, again = await self._settle([*admission.faults, *refused])
        return Outcome(booked, parked, again or admission.gap or elsewhere)

    async def _append(self, bookings: Sequence[Booking]) -> tuple[int, list[Fault], bool]:
        """How many were booked, what the books refused, and whether the cursor was elsewhere."""
        if not bookings:
            return 0, [], False
        try:
            done = await self._append_once(bookings)
        except Unbookable as error:
            if len(bookings) > 1:
                return await self._append_singly(bookings)
            return 0, [Fault(bookings[0].delivery, str(error))], False
        return (len(bookings), [], False) if done else (0, [], True)

    async def _append_singly(self, bookings: Iterable[Booking]) -> tuple[int, list[Fault], bool]:
        """One transaction each, to find the one that is refused; what follows it in its partition waits."""
        booked = 0
        faults: dict[int, Fault] = {}
        for booking in bookings:
            if booking.event.partition in faults:
                continue
            done, refused, elsewhere = await self._append([booking])
            if elsewhere:
                return booked, list(faults.values()), True
            booked += done
            faults.update((fault.delivery.partition, fault) for fault in refused)
        return booked, list(faults.values()), False

    async def _append_once(self, bookings: Sequence[Booking]) -> bool:
        places = [(booking.event.partition, booking.event.position) for booking in bookings]
        resolved = [place for place in places if place in self._parked]
        if not await self._journal.append(bookings, self._cursor, resolved):
            return False
        for booking in bookings:
            self._cursor[booking.event.partition] = booking.mark
        self._parked -= frozenset(resolved)
        return True

    async def _settle(self, faults: Iterable[Fault]) -> tuple[tuple[Fault, ...], bool]:
        """Parks what was tried often enough; True if something is to be tried again."""
        parked: list[Fault] = []
        again = False
        for fault in faults:
            place = (fault.delivery.partition, fault.delivery.position)
            self._tries[place] += 1
            if self._tries[place] < TRIES:
                again = True
                continue
            await self._journal.park(fault)
            self._parked |= {place}
            self._stopped.add(fault.delivery.partition)
            parked.append(fault)
        return tuple(parked), again
