"""Appending to the books (port `Journal`): one transaction per batch, from the cursor to the running totals.

Locks are taken in one order by everybody: cursor by partition, journal heads by program, totals by key. The cursor
moves only from where the batch began; a batch that finds it elsewhere leaves no trace.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

import asyncpg

from chassis.runtime.postgres import Connection, Database
from settlement_service.domain.admission import Booking, Fault, Mark
from settlement_service.domain.bookkeeping import spent_at
from settlement_service.domain.event import Unbookable
from settlement_service.domain.journal import Head, NumberedEntry, chain
from settlement_service.domain.totals import account_changes, brand_changes
from settlement_service.store.statements import SQL
from settlement_service.use_cases.ports import Place

_READ_CURSOR = SQL.read_cursor
_DISCOVER = SQL.discover_partitions
_ADVANCE = SQL.advance_cursor
_BEGIN_JOURNALS = SQL.begin_journals
_LOCK_HEADS = SQL.lock_journal_heads
_MOVE_HEADS = SQL.move_journal_heads
_APPEND_EVENTS = SQL.append_events
_APPEND_MOVEMENTS = SQL.append_movements
_APPEND_ENTRIES = SQL.append_entries
_ADD_TO_ACCOUNTS = SQL.add_to_account_totals
_ADD_TO_BRANDS = SQL.add_to_brand_totals
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
        rows = await self._database.fetch(_READ_CURSOR)
        return {row["partition"]: Mark(row["position"], row["event_hash"]) for row in rows}

    async def discover(self, partitions: Iterable[int]) -> None:
        """As the port says."""
        async with self._database.acquire() as connection:
            await connection.execute(_DISCOVER, sorted(partitions))

    async def append(self, bookings: Sequence[Booking], before: Mapping[int, Mark], resolved: Sequence[Place]) -> bool:
        """As the port says. Constraint violations and values out of range become Unbookable."""

        async def work(connection: Connection) -> None:
            await _advance(connection, bookings, before)
            await _append_events(connection, bookings)
            await _append_movements(connection, bookings)
            await _append_entries(connection, bookings)
            await _add_to_totals(connection, bookings)
            if resolved:
                await connection.execute(_RESOLVE, *_columns(resolved, 2))

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
    if await connection.execute(_ADVANCE, *_columns(steps, 4)) != len(steps):
        raise _CursorElsewhereError


async def _append_events(connection: Connection, bookings: Sequence[Booking]) -> None:
    events = [
        (
            event.partition,
            event.position,
            event.program,
            event.event_type,
            event.subject_id,
            event.revision,
            event.location_id,
            event.operator,
            event.region,
            event.channel,
            event.brand,
            event.redeemer,
            event.occur_time,
            event.post_time,
            event.hash,
        )
        for event in (booking.event for booking in bookings)
    ]
    await connection.execute(_APPEND_EVENTS, *_columns(events, 15))


async def _append_movements(connection: Connection, bookings: Sequence[Booking]) -> None:
    movements = [
        (
            event.program,
            movement.home,
            movement.sequence,
            event.partition,
            event.position,
            movement.kind.value,
            movement.cause.value if movement.cause else "",
            movement.cause_id,
            spent_at(event, movement),
            movement.points,
            movement.outstanding_after,
            movement.accrual.accrual_id,
            movement.accrual.brand,
            movement.accrual.issuer,
            movement.accrual.rule_version,
            movement.accrual.order_id,
            movement.accrual.line_number,
        )
        for event in (booking.event for booking in bookings)
        for movement in event.movements
    ]
    await connection.execute(_APPEND_MOVEMENTS, *_columns(movements, 17))


async def _append_entries(connection: Connection, bookings: Sequence[Booking]) -> None:
    entries = [entry for booking in bookings for entry in booking.entries]
    if not entries:
        return
    entries.sort(key=attrgetter("event.program"))
    heads = await _locked_heads(connection, sorted({entry.event.program for entry in entries}))
    rows: list[tuple[object, ...]] = []
    for program, group in groupby(entries, key=attrgetter("event.program")):
        numbered, heads[program] = chain(heads[program], group)
        rows.extend(_entry_row(program, entry) for entry in numbered)
    await connection.execute(_APPEND_ENTRIES, *_columns(rows, 10))
    moved = [(program, head.number, head.hash) for program, head in sorted(heads.items())]
    await connection.execute(_MOVE_HEADS, *_columns(moved, 3))


async def _locked_heads(connection: Connection, programs: list[str]) -> dict[str, Head]:
    rows = await connection.fetch(_LOCK_HEADS, programs)
    if len(rows) < len(programs):
        await connection.execute(_BEGIN_JOURNALS, programs)
        rows = await connection.fetch(_LOCK_HEADS, programs)
    return {row["program"]: Head(row["entry_number"], row["hash"]) for row in rows}


def _entry_row(program: str, numbered: NumberedEntry) -> tuple[object, ...]:
    entry = numbered.entry
    return (
        program,
        numbered.number,
        entry.entity,
        entry.currency,
        entry.movement.home,
        entry.movement.sequence,
        ",".join(posting.account.value for posting in entry.postings),
        ",".join(posting.counterparty for posting in entry.postings),
        ",".join(str(posting.amount) for posting in entry.postings),
        numbered.hash,
    )


async def _add_to_totals(connection: Connection, bookings: Sequence[Booking]) -> None:
    accounts = [(*key, change) for key, change in account_changes(bookings)]
    if accounts:
        await connection.execute(_ADD_TO_ACCOUNTS, *_columns(accounts, 7))
    brands = [(*key, change.points, change.outstanding, change.debt) for key, change in brand_changes(bookings)]
    if brands:
        await connection.execute(_ADD_TO_BRANDS, *_columns(brands, 7))


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> Sequence[Sequence[object]]:
    """Rows turned into one list per column, as `unnest` takes them."""
    return list(zip(*rows, strict=True)) if rows else [()] * width
