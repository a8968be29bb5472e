"""Poolings in PostgreSQL. Locks, in this order: the pooling's row, batches that hold cuts off, those that spend (where
a border is closed), the heads of lanes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import asyncpg

from chassis.runtime.postgres import Connection, Database, Row
from chassis.runtime.reasons import unavailable
from chassis.values.ids import bucket_of, partition_of
from ledger_service.domain import pooling_refusals as refusals
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.balance_import import ImportState, StagedLine
from ledger_service.domain.pooling import (
    MOVES,
    Compared,
    Crossing,
    Pooling,
    PoolingChange,
    PoolingState,
    ShadowCell,
    ShadowKind,
    ShadowSum,
    event_of_change,
    summed,
)
from ledger_service.store import codec, rows
from ledger_service.store.balance_imports import line_of
from ledger_service.store.codec import JsonOf
from ledger_service.store.event_hash import event_hash
from ledger_service.store.office_names import keep
from ledger_service.store.statements import SQL
from ledger_service.use_cases.office_names import Name
from ledger_service.use_cases.pooling_ports import Move, ShadowReport

_CHANGES = JsonOf(PoolingChange)
LOCK_MILLISECONDS = 2_000
"""So long a move waits for the lane that its event lies in; tills of that lane wait as long for it."""


class PostgresPoolings:
    """See `use_cases.pooling_ports.Poolings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, program: str, source: str) -> Pooling:
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            row = await connection.fetchrow(SQL.find_pooling, program, source)
            return await _pooling(connection, program, source, row)

    async def move(self, move: Move, now: datetime, name: Name | None) -> PoolingChange:
        key = (move.program, move.source)
        try:
            async with self._database.transaction() as connection:
                await connection.execute(SQL.begin_pooling, *key)
                row = await connection.fetchrow(SQL.lock_pooling, *key)
                found = await _pooling(connection, *key, row)
                if name is not None:
                    await keep(connection, name)
                if found.changes and _is_same(found.changes[-1], move):
                    return found.changes[-1]
                if (found.state, move.after) not in MOVES:
                    raise refusals.pooling_state(move.source, found.state.name)
                if move.locations:
                    await connection.execute(SQL.name_locations, *key, list(move.locations))
                if move.after is PoolingState.POOLED:
                    await _require_ready(connection, found)
                if move.after is PoolingState.LEAVING:
                    await _close_border(connection, found)
                if found.state is PoolingState.LEAVING:
                    await _require_empty(connection, found)
                return await _write(connection, found, move, now)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            raise unavailable("a lane") from error

    async def withdrawing(
        self, program: str, source: str, after: tuple[str, int], limit: int
    ) -> Sequence[tuple[str, StagedLine]]:
        found = await self._database.fetch(SQL.withdrawing_lines, program, source, *after, limit)
        return [(row["import_id"], line_of(row)) for row in found]

    async def leaving(self) -> Sequence[tuple[str, str, int]]:
        found = await self._database.fetch(SQL.sources_leaving)
        return [(row["program"], row["source"], row["lines_left"]) for row in found]

    async def withdrawn(self, program: str, lines: Sequence[tuple[str, int, int]]) -> None:
        async with self._database.acquire() as connection:
            await connection.execute(SQL.lines_withdrawn, program, *rows.columns(lines, 3))

    async def imports_of(self, program: str, source: str) -> Sequence[str]:
        found = await self._database.fetch(SQL.balances_of_source, program, source)
        return [row["import_id"] for row in found]

    async def keep_compared(
        self, program: str, source: str, shadow: int, up_to: int, compared: Sequence[Compared]
    ) -> bool:
        key = (program, source)
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(SQL.lock_pooling, *key)
            found = await _pooling(connection, *key, row)
            if found.state is not PoolingState.SHADOW or found.shadow != shadow or up_to <= found.last_item:
                return False
            sums = [(cell.kind.value, cell.brand, cell.rule, *total) for cell, total in summed(compared).items()]
            await connection.execute(SQL.add_shadow_totals, *key, shadow, *rows.columns(sums, 7))
            differing = ((*one[:2], one.kind.value, *one[3:]) for one in compared if one.differs)
            await connection.execute(SQL.add_shadow_differences, *key, shadow, *rows.columns(differing, 8))
            await connection.execute(SQL.compared_to_item, *key, up_to)
        return True

    async def accept(self, program: str, source: str, item: int, signed_by: str, name: Name) -> Pooling:
        key = (program, source)
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(SQL.lock_pooling, *key)
            found = await _pooling(connection, *key, row)
            if found.state is not PoolingState.SHADOW:
                raise refusals.pooling_state(source, found.state.name)
            if not 0 < item == found.last_item:
                raise refusals.shadow_not_accepted(found.last_item, item)
            await keep(connection, name)
            await connection.execute(SQL.accept_shadow, *key, item, signed_by)
            return await _pooling(connection, *key, await connection.fetchrow(SQL.lock_pooling, *key))

    async def report(self, program: str, source: str, differences: int) -> ShadowReport:
        key = (program, source)
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            found = await _pooling(connection, *key, await connection.fetchrow(SQL.find_pooling, *key))
            totals = await connection.fetch(SQL.read_shadow_totals, *key, found.shadow)
            listed = await connection.fetch(SQL.read_shadow_differences, *key, found.shadow, differences)
        return ShadowReport(found, dict(map(_total, totals)), list(_differences(listed)))


async def _write(connection: Connection, found: Pooling, move: Move, now: datetime) -> PoolingChange:
    """The change, and its event at the end of the lane that the names choose."""
    await connection.fetchval(SQL.bound_waiting, str(LOCK_MILLISECONDS))
    await connection.fetchval(SQL.lock_out_batches)
    heads = await connection.fetch(SQL.lock_heads)
    head = heads[partition_of(bucket_of(move.program, move.source), len(heads))]
    change = PoolingChange(
        source=move.source,
        number=found.number + 1,
        before=found.state,
        after=move.after,
        signed_by=move.signed_by,
        reason=move.reason,
        caller=move.caller,
        request_id=move.request_id,
        change_time=now,
        position=LogPosition(head["partition"], head["position"] + 1),
    )
    event = event_of_change(move.program, change, move.traceparent)
    payload, answer = codec.encode(event), codec.encode(change)
    place = (head["partition"], head["epoch"], change.position.position)
    link = event_hash(head["hash"], payload, answer)
    moved = await connection.fetchrow(
        SQL.append_pooling_event, move.program, event.type.value, now, *place, payload, answer, link
    )
    if moved is None:
        raise unavailable("a lane")
    await connection.execute(
        SQL.move_pooling,
        move.program,
        move.source,
        move.after.value,
        change.number,
        _CHANGES.encode(change),
        change.position.partition,
        change.position.position,
    )
    return change


async def _close_border(connection: Connection, found: Pooling) -> None:
    """From this commit on nothing crosses an existing program's border, and nothing has: whoever spends within the
    program is waited for, and sees it as leaving when its turn comes."""
    await connection.fetchval(SQL.bound_waiting, str(LOCK_MILLISECONDS))
    await connection.fetchval(SQL.lock_out_batches)
    await connection.fetchval(SQL.lock_out_spending)
    key = (found.program, found.source)
    if crossed := await _crossing(connection, *key):
        raise refusals.cross_spend_happened(*crossed[1:])
    imports = await connection.fetch(SQL.balances_of_source, *key)
    if ImportState.COMMITTING.value in {row["state"] for row in imports}:
        raise refusals.import_not_committed(found.source)
    await connection.execute(SQL.withdraw_imports, *key, ImportState.COMMITTED.value, ImportState.WITHDRAWING.value)


async def _require_empty(connection: Connection, found: Pooling) -> None:
    """Every line has gone back: POOLING_STATE if not."""
    key = (found.program, found.source)
    if await connection.fetch(SQL.withdrawing_lines, *key, "", 0, 1):
        raise refusals.pooling_state(found.source, found.state.name)
    await connection.execute(SQL.withdraw_imports, *key, ImportState.WITHDRAWING.value, ImportState.WITHDRAWN.value)


async def _crossing(connection: Connection, program: str, source: str) -> Crossing | None:
    row = await connection.fetchrow(SQL.find_crossing, program, source)
    return Crossing(*row.values()) if row else None


async def _require_ready(connection: Connection, found: Pooling) -> None:
    """What pooling rests on: balances that are all there, and a report that somebody accepted."""
    imports = await connection.fetch(SQL.balances_of_source, found.program, found.source)
    states = [row["state"] for row in imports]
    if not states or set(states) != {ImportState.COMMITTED.value}:
        raise refusals.import_not_committed(found.source)
    if not found.accepted:
        raise refusals.shadow_not_accepted(found.last_item, found.accepted_item)


def _is_same(change: PoolingChange, move: Move) -> bool:
    return (change.caller, change.request_id, change.after) == (move.caller, move.request_id, move.after)


async def _pooling(connection: Connection, program: str, source: str, row: Row | None) -> Pooling:
    if row is None:
        crossing = await _crossing(connection, program, source)
        return Pooling(program, source, PoolingState.LOCAL, 0, 0, 0, "", crossing=crossing)
    changes = await connection.fetch(SQL.pooling_changes, program, source)
    return Pooling(
        program,
        source,
        PoolingState(row["state"]),
        row["number"],
        row["last_item"],
        row["accepted_item"],
        row["accepted_by"],
        tuple(_CHANGES.decode(change["details"]) for change in changes),
        tuple(row["locations"]),
        await _crossing(connection, program, source),
    )


def _total(row: Row) -> tuple[ShadowCell, ShadowSum]:
    cell = ShadowCell(ShadowKind(row["kind"]), row["brand"], row["rule"])
    return cell, ShadowSum(row["compared"], row["differing"], int(row["old_amount"]), int(row["mesh_amount"]))


def _differences(found: Iterable[Row]) -> Iterable[Compared]:
    for row in found:
        yield Compared(
            row["item"],
            row["line_number"],
            ShadowKind(row["kind"]),
            row["brand"],
            row["rule"],
            row["old_amount"],
            row["mesh_amount"],
            row["explanation"],
        )
