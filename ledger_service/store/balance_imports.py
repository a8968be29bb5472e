"""Imports of balances in PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chassis.runtime.postgres import Database, Row
from chassis.values.ids import bucket_of
from ledger_service.domain.balance_import import (
    BalanceImport,
    Cell,
    Fault,
    Header,
    ImportState,
    LineKind,
    StagedLine,
    Sum,
    Totals,
)
from ledger_service.store import rows
from ledger_service.store.codec import JsonOf
from ledger_service.store.office_names import keep
from ledger_service.store.statements import SQL
from ledger_service.use_cases.import_ports import Done, HashedLine, Staged
from ledger_service.use_cases.office_names import Name

_HEADERS = JsonOf(Header)
_COLUMNS = 16


class PostgresBalanceImports:
    """See `use_cases.import_ports.BalanceImports`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, header: Header, now: datetime) -> Header:
        key = (header.program, header.import_id)
        async with self._database.transaction() as connection:
            await connection.execute(SQL.begin_balance_import, *key, _HEADERS.encode(header), header.source, now)
            row = await connection.fetchrow(SQL.find_balance_import, *key)
        assert row is not None, "an import is never deleted"
        return _HEADERS.decode(row["header"])

    async def find(self, program: str, import_id: str) -> BalanceImport | None:
        key = (program, import_id)
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            row = await connection.fetchrow(SQL.find_balance_import, *key)
            if row is None:
                return None
            counts = await connection.fetch(SQL.balance_counts, *key)
            cells = await connection.fetch(SQL.balance_cells, *key)
            born = await connection.fetch(SQL.born_cells, *key) if row["state"] == ImportState.COMMITTED.value else []
        return _import_of(row, _totals_of(counts, cells), _cells(born))

    async def known(self, program: str, import_id: str, numbers: Sequence[int]) -> Mapping[int, bytes]:
        found = await self._database.fetch(SQL.balance_line_hashes, program, import_id, list(numbers))
        return {row["line_number"]: row["content_hash"] for row in found}

    async def stage(self, header: Header, lines: Sequence[HashedLine]) -> Staged:
        key = (header.program, header.import_id)
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(SQL.lock_balance_import, *key)
            assert row is not None, "an import is never deleted"
            numbers = [one.line.number for one in lines]
            known = {
                found["line_number"]: found["content_hash"]
                for found in await connection.fetch(SQL.balance_line_hashes, *key, numbers)
            }
            for one in lines:
                if one.line.number <= row["last_line"] and known.get(one.line.number) != one.content_hash:
                    return Staged(0, conflict=one.line.number)
            new = [one for one in lines if one.line.number > row["last_line"]]
            state = ImportState(row["state"])
            if new and state is ImportState.STAGED:
                columns = rows.columns((_values(one) for one in new), _COLUMNS)
                await connection.execute(SQL.stage_balance_lines, *key, *columns)
                await connection.execute(SQL.staged_to_line, *key, new[-1].line.number)
            return Staged(len(lines) - len(new), state=state if new else ImportState.STAGED)

    async def move(
        self,
        found: BalanceImport,
        state: ImportState,
        name: Name | None = None,
        signed_by: str = "",
        commit_time: datetime | None = None,
    ) -> bool:
        key = (found.header.program, found.header.import_id)
        async with self._database.transaction() as connection:
            if state is ImportState.COMMITTING:
                await connection.fetchrow(SQL.share_pooling, found.header.program, found.header.source)
            moved = await connection.execute(
                SQL.move_balance_import,
                *key,
                found.state.value,
                state.value,
                signed_by,
                commit_time,
                found.last_line,
            )
            if moved and name is not None:
                await keep(connection, name)
        return moved == 1

    async def next_lines(self, header: Header, after: int, limit: int) -> Sequence[StagedLine]:
        found = await self._database.fetch(SQL.next_balance_lines, header.program, header.import_id, after, limit)
        return [line_of(row) for row in found]

    async def done(self, header: Header, state: ImportState, up_to: int, done: Sequence[Done]) -> None:
        columns = rows.columns(((one.line_number, one.accrual_id, one.refusal) for one in done), 3)
        async with self._database.acquire() as connection:
            await connection.execute(
                SQL.balance_lines_done, header.program, header.import_id, state.value, up_to, *columns
            )

    async def report(self, program: str, import_id: str, after: int, limit: int) -> Sequence[StagedLine]:
        found = await self._database.fetch(SQL.report_balance_lines, program, import_id, after, limit)
        return [line_of(row) for row in found]

    async def under_way(self) -> Sequence[tuple[str, str, int]]:
        found = await self._database.fetch(SQL.imports_under_way)
        return [(row["program"], row["import_id"], row["done_line"]) for row in found]

    async def withdrawn(self, program: str, import_id: str, after: int, limit: int) -> Sequence[StagedLine]:
        found = await self._database.fetch(SQL.list_withdrawn, program, import_id, after, limit)
        places = ((bucket_of(program, row["home"]), row["home"], row["accrual_id"]) for row in found)
        summed = await self._database.fetch(SQL.sum_withdrawn, program, *rows.columns(places, 3))
        points = {row["accrual_id"]: row["points"] for row in summed}
        return [replace(line_of(row), withdrawn=points.get(row["accrual_id"], 0)) for row in found]


def _import_of(row: Row, totals: Totals, born: Mapping[Cell, Sum]) -> BalanceImport:
    return BalanceImport(
        header=_HEADERS.decode(row["header"]),
        state=ImportState(row["state"]),
        last_line=row["last_line"],
        done_line=row["done_line"],
        signed_by=row["signed_by"],
        begin_time=row["begin_time"],
        commit_time=row["commit_time"],
        totals=totals,
        born=born,
    )


def _totals_of(counts: Sequence[Row], cells: Iterable[Row]) -> Totals:
    return Totals(
        lines=sum(row["lines"] for row in counts),
        tiers=sum(row["lines"] for row in counts if row["kind"] == LineKind.TIER.value),
        empty=sum(row["empty"] for row in counts),
        refused={Fault(row["fault"]): row["lines"] for row in counts if row["kind"] == LineKind.REFUSED.value},
        balances=_cells(cells),
    )


def _cells(found: Iterable[Row]) -> dict[Cell, Sum]:
    return {
        Cell(row["brand"], row["expire_month"]): Sum(
            row["lines"], int(row["old_points"]), int(row["new_points"]), int(row["remainder"])
        )
        for row in found
    }


def line_of(row: Row) -> StagedLine:
    """A line from its row."""
    return StagedLine(
        number=row["line_number"],
        kind=LineKind(row["kind"]),
        fault=Fault(row["fault"]),
        field=row["field"],
        home=row["home"],
        brand=row["brand"],
        old_points=row["old_points"],
        new_points=row["new_points"],
        remainder=row["remainder"],
        earn_time=row["earn_time"],
        available_time=row["available_time"],
        expire_time=row["expire_time"],
        ladder_id=row["ladder_id"],
        tier_id=row["tier_id"],
        until=row["until"],
        accrual_id=row["accrual_id"],
        refusal=row["refusal"],
        withdrawn=row["withdrawn"],
    )


def _values(one: HashedLine) -> rows.Values:
    line = one.line
    return (
        line.number,
        one.content_hash,
        line.kind.value,
        line.fault.value,
        line.field,
        line.home,
        line.brand,
        line.old_points,
        line.new_points,
        line.remainder,
        line.earn_time,
        line.available_time,
        line.expire_time,
        line.ladder_id,
        line.tier_id,
        line.until,
    )
