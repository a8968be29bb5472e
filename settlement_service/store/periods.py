"""Periods in PostgreSQL (port `Periods`).

A period is closed in one transaction that holds the program's journal: nothing is booked meanwhile, so what was checked
is what is sealed, and whoever dies on the way leaves no trace. It reads and writes accounts, never movements.
"""

import json
from collections.abc import Callable
from typing import Any

from chassis.runtime.postgres import Connection, Database, Row
from chassis.values.money import Money
from settlement_service.domain import refusals
from settlement_service.domain.as_of import PeriodEnd
from settlement_service.domain.checklist import Comparison, Item, ItemKind, Situation
from settlement_service.domain.command import Command
from settlement_service.domain.cut_off import CutOff, CutOffEvent
from settlement_service.domain.periods import Period, SignOff
from settlement_service.store.appending import lock_journals
from settlement_service.store.cohorts import seal_cohorts
from settlement_service.store.figures import balances_at
from settlement_service.store.period_names import open_period
from settlement_service.store.request_keys import claim
from settlement_service.store.statements import SQL
from settlement_service.store.vouchers import book_voucher
from settlement_service.use_cases.period_ports import Bounds, Signing

_READ_PERIODS = SQL.read_periods
_READ_PARKED = SQL.read_parked_of_program
_READ_DIFFERING = SQL.read_differing_totals
_READ_COMPARISON = SQL.read_comparison
_COUNT_MONTH_END = SQL.count_month_end_entries
_READ_BORNE = SQL.read_borne
_READ_TRADED = SQL.read_traded_pairs
_COUNT_CUT_OFF = SQL.count_cut_off
_LIST_CUT_OFF = SQL.list_cut_off
_SEAL_BALANCES = SQL.seal_balances
_SEAL_BRANDS = SQL.seal_brands
_CLOSE = SQL.close_period


class PeriodsStore:
    """Periods in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, program: str) -> list[Period]:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            cut = await _periods(connection, program)
            return [*cut, Period(await open_period(connection, program))]

    async def named(self, program: str, name: str) -> Period | None:
        """As the port says."""
        async with self._database.acquire() as connection:
            return await _named(connection, program, name)

    async def situation(self, program: str, period: Period, month: Bounds) -> Situation:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            return await _situation(connection, program, period, month)

    async def close(self, command: Command, name: str, month: Bounds, sign: Callable[[Situation], Signing]) -> bool:
        """As the port says."""
        program = command.program

        async def work(connection: Connection) -> bool:
            await claim(connection, command, name)
            await lock_journals(connection, [program])
            period = await _named(connection, program, name)
            if period is None:
                raise refusals.period_not_found(program, name)
            if period.sign_off is not None:
                return False
            signing = sign(await _situation(connection, program, period, month))
            if signing.voucher is not None:
                await book_voucher(connection, signing.voucher)
            await _seal(connection, program, period, signing)
            return True

        return await self._database.in_transaction(work)

    async def cut_off(self, program: str, period: Period, month: Bounds, after: tuple[int, int], limit: int) -> CutOff:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            late, early = await _count_cut_off(connection, program, period, month)
            rows = await connection.fetch(_LIST_CUT_OFF, program, period.sequence, *month, *after, limit + 1)
        return CutOff([_cut_off_event(row) for row in rows[:limit]], late, early, len(rows) > limit)


async def _periods(connection: Connection, program: str, name: str = "") -> list[Period]:
    return [_period(row) for row in await connection.fetch(_READ_PERIODS, program, name)]


async def _named(connection: Connection, program: str, name: str) -> Period | None:
    found = await _periods(connection, program, name)
    return found[0] if found else None


def _period(row: Row) -> Period:
    sign_off = None
    if row["figures_hash"] is not None:
        sign_off = SignOff(
            row["figures_hash"],
            row["signed_name"],
            row["caller"],
            row["note"],
            row["close_time"],
            _items(row["checklist"]),
        )
    return Period(
        sequence=row["sequence"],
        name=row["period"],
        barriers=dict(zip(row["partitions"], row["positions"], strict=True)),
        missing_barriers=row["missing_barriers"],
        cut_time=row["cut_time"],
        sign_off=sign_off,
    )


async def _situation(connection: Connection, program: str, period: Period, month: Bounds) -> Situation:
    assert period.cut_time is not None, "a period with a name was cut"
    sequence = period.sequence
    others = await _periods(connection, program)
    closed = max((each.sequence for each in others if each.sign_off is not None), default=0)
    parked = await connection.fetch(_READ_PARKED, program)
    differing = await connection.fetch(_READ_DIFFERING, program, closed)
    comparison = await connection.fetchrow(_READ_COMPARISON, program, sequence)
    borne = await connection.fetch(_READ_BORNE, program, sequence)
    traded = await connection.fetch(_READ_TRADED, program, sequence)
    late, early = await _count_cut_off(connection, program, period, month)
    return Situation(
        sequence=sequence,
        name=period.name,
        cut_time=period.cut_time,
        missing_barriers=period.missing_barriers,
        earlier_open=tuple(each.name for each in others if each.sequence < sequence and each.sign_off is None),
        parked=tuple(f"event {row['partition']}/{row['position']}: {row['reason']}" for row in parked),
        balances=tuple(await balances_at(connection, program, PeriodEnd(sequence, period.name))),
        differing_totals=tuple(map(_differing, differing)),
        comparison=Comparison(comparison["compared"], tuple(comparison["open_figures"])) if comparison else None,
        month_end_entries=await connection.fetchval(_COUNT_MONTH_END, program, sequence),
        bearing=tuple((row[0], row[1], row[2], int(row[3])) for row in borne),
        late=late,
        early=early,
        traded=tuple((row[0], row[1]) for row in traded),
    )


def _differing(row: Row) -> str:
    return (
        f"{row['account']} of {row['entity_id']} in {row['currency_code'] or 'points'}: "
        f"total {row['running']}, closing figures and days {row['summed']}"
    )


async def _count_cut_off(connection: Connection, program: str, period: Period, month: Bounds) -> tuple[int, int]:
    row = await connection.fetchrow(_COUNT_CUT_OFF, program, period.sequence, *month)
    assert row is not None, "counting always gives a row"
    return row["late"], row["early"]


async def _seal(connection: Connection, program: str, period: Period, signing: Signing) -> None:
    await connection.execute(_SEAL_BALANCES, program, period.sequence)
    await connection.execute(_SEAL_BRANDS, program, period.sequence)
    await seal_cohorts(connection, program, period.sequence, signing.brands, signing.estimates)
    await connection.execute(
        _CLOSE,
        program,
        period.sequence,
        period.name,
        signing.signed_name,
        signing.caller,
        signing.note,
        _checklist_text(signing.checklist),
        signing.close_time,
    )


def _checklist_text(items: tuple[Item, ...]) -> str:
    content = [[item.kind.value, item.ok, item.count, item.detail] for item in items]
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def _items(text: str) -> tuple[Item, ...]:
    content: list[list[Any]] = json.loads(text or "[]")
    return tuple(Item(ItemKind(kind), ok, count, detail) for kind, ok, count, detail in content)


def _cut_off_event(row: Row) -> CutOffEvent:
    sums = list(zip(row["accounts"], row["currencies"], row["amounts"], strict=True))
    return CutOffEvent(
        partition=row["partition"],
        position=row["position"],
        event_type=row["event_type"],
        subject_id=row["subject_id"],
        occur_time=row["occur_time"],
        post_time=row["post_time"],
        points=int(row["points"]),
        carrying=[Money(currency, int(amount)) for account, currency, amount in sums if account == "carrying"],
        owed=[Money(currency, int(amount)) for account, currency, amount in sums if account == "owed"],
    )
