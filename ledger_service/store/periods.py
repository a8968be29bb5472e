"""Cuts of periods: all lanes stand still for the time of one commit; see `use_cases.close_ports.PeriodCuts`.

Locks, in this order: batches that hold cuts off (and other cuts), then every head by partition. A cut holds nothing
that a batch waits for before it writes, and waits for a batch only as long as that is within its last statement.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from chassis.runtime.postgres import Connection, Database, Row
from chassis.runtime.reasons import unavailable
from chassis.values.refusal import Refusal
from ledger_service.domain.answers import LogPosition, PeriodCut
from ledger_service.domain.event import Event
from ledger_service.store import codec
from ledger_service.store.event_hash import event_hash
from ledger_service.store.statements import SQL
from ledger_service.use_cases.close_ports import LanesBusyError, Standstill
from ledger_service.use_cases.commit_ports import Head

MOST_CUTS = 1_200
"""A hundred years of months."""
LOCK_MILLISECONDS = 250
"""So long tills may wait for a cut that waits for one lane; then it lets all of them go on and tries again."""


class PostgresPeriodCuts:
    """Cuts on the ledger's database; `history` has connections for statements that read a whole program."""

    def __init__(self, database: Database, history: Database) -> None:
        self._database = database
        self._history = history

    async def of(self, program: str) -> Sequence[PeriodCut]:
        """A program's by sequence."""
        found = await self._database.fetch(SQL.read_cuts, program, None, MOST_CUTS)
        return [_cut(row) for row in reversed(found)]

    async def find(self, program: str, period: str) -> PeriodCut | None:
        """The cut of a period."""
        row = await self._database.fetchrow(SQL.read_cuts, program, period, 1)
        return None if row is None else _cut(row)

    async def heads(self) -> Sequence[Head]:
        """Where every lane stands."""
        return [_head(row) for row in await self._database.fetch(SQL.read_all_heads)]

    async def program_time(self, program: str) -> datetime | None:
        """The latest post time of a program's events so far."""
        return _instant(await self._history.fetchrow(SQL.program_time, program))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator["PostgresCut"]:
        """A transaction: commits at the end of the block, rolls back if it raises."""
        try:
            async with self._database.transaction() as connection:
                yield PostgresCut(connection)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            raise LanesBusyError(unavailable("a lane")) from error
        except Refusal as refusal:
            if isinstance(refusal.__cause__, asyncpg.LockNotAvailableError):
                raise LanesBusyError(refusal) from refusal
            raise


class PostgresCut:
    """See `use_cases.close_ports.CutTransaction`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def standstill(self, program: str, period: str) -> Standstill:
        """Locks the lanes; what is read then nobody else changes."""
        connection = self._connection
        await connection.fetchval(SQL.bound_waiting, str(LOCK_MILLISECONDS))
        await connection.fetchval(SQL.lock_out_batches)
        known = await connection.fetchrow(SQL.read_cuts, program, period, 1)
        last = await connection.fetchrow(SQL.read_cuts, program, None, 1)
        heads = await connection.fetch(SQL.lock_heads)
        return Standstill(
            [_head(row) for row in heads],
            None if last is None else _cut(last),
            None if known is None else _cut(known),
        )

    async def latest_post_time(self, program: str, since: Sequence[Head]) -> datetime | None:
        """The latest post time of the program's events behind some heads."""
        places = ([head.partition for head in since], [head.position for head in since])
        return _instant(await self._connection.fetchrow(SQL.latest_post_time, program, *places))

    async def write(self, program: str, cut: PeriodCut, heads: Sequence[Head], barriers: Sequence[Event]) -> None:
        """One statement; the heads stand where they were read, since they are locked."""
        answer = codec.encode(cut)
        payloads = [codec.encode(barrier) for barrier in barriers]
        links = [event_hash(head.hash, payload, answer) for head, payload in zip(heads, payloads, strict=True)]
        moved = await self._connection.fetchval(
            SQL.write_cut,
            program,
            cut.sequence,
            cut.period,
            cut.cut_time,
            barriers[0].type.value,
            [head.partition for head in heads],
            [head.epoch for head in heads],
            [barrier.position.position for barrier in barriers],
            payloads,
            [answer] * len(barriers),
            links,
        )
        if moved != len(heads):
            raise LanesBusyError(unavailable("a lane"))


def _head(row: Row) -> Head:
    return Head(row["partition"], row["epoch"], row["position"], row["hash"])


def _cut(row: Row) -> PeriodCut:
    places = zip(row["partitions"], row["positions"], strict=True)
    return PeriodCut(row["sequence"], row["period"], tuple(LogPosition(*place) for place in places), row["cut_time"])


def _instant(row: Row | None) -> datetime | None:
    return None if row is None else row["latest"]
