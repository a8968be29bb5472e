"""Appending to the books (port `Journal`): one transaction per batch, from the cursor to the running totals.

The cursor moves only from where the batch began; a batch that finds it elsewhere leaves no trace. The order of locks,
here cursor by partition, journal heads by program, totals by key, is told in request_keys.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

import asyncpg

from chassis.runtime.postgres import Connection, Database
from chassis.runtime.statements import Statement
from settlement_service.domain.admission import Booking, Fault, Mark
from settlement_service.domain.event import Unbookable
from settlement_service.domain.roll_ups.places import place_changes
from settlement_service.domain.totals import brand_changes, cohort_changes, sale_changes
from settlement_service.store.appending import add_to_accounts, append_entries
from settlement_service.store.booked_rows import EVENT_COLUMNS, MOVEMENT_COLUMNS, cut_rows, event_rows, movement_rows
from settlement_service.store.columns import columns
from settlement_service.store.statements import SQL
from settlement_service.use_cases.ports import Place

_READ_CURSOR = SQL.read_cursor
_READ_CUTS = SQL.read_cuts
_DISCOVER = SQL.discover_partitions
_ADVANCE = SQL.advance_cursor
_APPEND_EVENTS = SQL.append_events
_APPEND_MOVEMENTS = SQL.append_movements
_APPEND_CUTS = SQL.append_cuts
_ADD_TO_BRANDS = SQL.add_to_brands
_ADD_TO_COHORTS = SQL.add_to_cohorts
_ADD_TO_COHORT_SALES = SQL.add_to_cohort_sales
_ADD_TO_PLACES = SQL.add_to_places
_PARK = SQL.park_event
_READ_PARKED = SQL.read_parked
_RESOLVE = SQL.resolve_parked


class _CursorElsewhereError(Exception):
    """Another process booked first; rolls the transaction back."""


class JournalStore:
    """The journal in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cursor(self) -> dict[int, Mark]:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            rows = await connection.fetch(_READ_CURSOR)
            cuts: dict[int, dict[str, int]] = defaultdict(dict)
            for row in await connection.fetch(_READ_CUTS):
                cuts[row["partition"]][row["program"]] = row["cuts"]
        return {
            row["partition"]: Mark(row["position"], row["event_hash"], cuts.get(row["partition"], {})) for row in rows
        }

    async def discover(self, partitions: Iterable[int]) -> None:
        """As the port says."""
        async with self._database.acquire() as connection:
            await connection.execute(_DISCOVER, sorted(partitions))

    async def append(self, bookings: Sequence[Booking], before: Mapping[int, Mark], resolved: Sequence[Place]) -> bool:
        """As the port says. Constraint violations and values out of range become Unbookable."""

        async def work(connection: Connection) -> None:
            await _advance(connection, bookings, before)
            await connection.execute(_APPEND_EVENTS, *columns(event_rows(bookings), EVENT_COLUMNS))
            await connection.execute(_APPEND_MOVEMENTS, *columns(movement_rows(bookings), MOVEMENT_COLUMNS))
            if cuts:
                await connection.execute(_APPEND_CUTS, *columns(cuts, 6))
            await append_entries(connection, (entry for booking in bookings for entry in booking.entries))
            await _add_to_totals(connection, bookings)
            if resolved:
                await connection.execute(_RESOLVE, *columns(resolved, 2))

        cuts = cut_rows(bookings)

        try:
            await self._database.in_transaction(work)
        except _CursorElsewhereError:
            return False
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
            constraint = getattr(error, "constraint_name", None)
            raise Unbookable(f"the database refuses it: {type(error).__name__}, constraint {constraint}") from error
        return True

    async def park(self, fault: Fault) -> None:
        """As the port says."""
        delivery = fault.delivery
        async with self._database.acquire() as connection:
            await connection.execute(
                _PARK,
                delivery.partition,
                delivery.position,
                delivery.program,
                delivery.hash,
                delivery.encoded(),
                fault.reason,
            )

    async def parked(self) -> frozenset[Place]:
        """As the port says."""
        rows = await self._database.fetch(_READ_PARKED)
        return frozenset((row["partition"], row["position"]) for row in rows)


async def _advance(connection: Connection, bookings: Sequence[Booking], before: Mapping[int, Mark]) -> None:
    after = {booking.event.partition: booking.event for booking in bookings}
    steps = [
        (partition, before[partition].position, after[partition].position, after[partition].hash)
        for partition in sorted(after)
    ]
    if await connection.execute(_ADVANCE, *columns(steps, 4)) != len(steps):
        raise _CursorElsewhereError


async def _add_to_totals(connection: Connection, bookings: Sequence[Booking]) -> None:
    """Each kind of total in one statement, and these in one order."""
    await add_to_accounts(connection, (entry for booking in bookings for entry in booking.entries))
    points = attrgetter("points", "outstanding", "debt")
    carried = attrgetter("points", "outstanding", "debt", "liability", "receivable")
    additions: list[tuple[Statement, int, list[tuple[object, ...]]]] = [
        (_ADD_TO_BRANDS, 10, [(*key, *points(change)) for key, change in brand_changes(bookings)]),
        (_ADD_TO_COHORTS, 14, [(*key, *carried(change)) for key, change in cohort_changes(bookings)]),
        (_ADD_TO_COHORT_SALES, 6, [(*key, change) for key, change in sale_changes(bookings)]),
        (_ADD_TO_PLACES, 10, [(*key, change) for key, change in place_changes(bookings)]),
    ]
    for statement, width, rows in additions:
        if rows:
            await connection.execute(statement, *columns(rows, width))
