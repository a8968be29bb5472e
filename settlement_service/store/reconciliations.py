"""Runs of reconciliations and who accepted what they found (port `Reconciliations`)."""

from datetime import datetime

from chassis.runtime.postgres import Connection, Database, Row
from settlement_service.domain import refusals
from settlement_service.domain.command import Command
from settlement_service.domain.reconciliation_run import (
    Acceptance,
    FoundDifference,
    KeptRun,
    Outcome,
    Run,
    RunKind,
    detail_of,
    lines_of,
)
from settlement_service.domain.voucher import Voucher
from settlement_service.store.request_keys import claim, outcome_of
from settlement_service.store.statements import SQL
from settlement_service.store.vouchers import book_voucher

_APPEND = SQL.append_reconciliation
_APPEND_DIFFERENCES = SQL.append_reconciliation_differences
_READ = SQL.read_reconciliation
_LIST = SQL.list_reconciliations
_DIFFERENCES = SQL.read_reconciliation_differences
_ACCEPT = SQL.accept_difference
_MONTH_END = SQL.read_month_end_vouchers


class ReconciliationStore:
    """Runs in PostgreSQL; they are never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def made_by(self, command: Command) -> str | None:
        """As the port says."""
        return await outcome_of(self._database, command)

    async def has(self, program: str, run_id: str) -> bool:
        """As the port says."""
        return await self._database.fetchrow(_READ, program, run_id) is not None

    async def keep(self, run: Run, command: Command | None) -> None:
        """As the port says."""

        async def work(connection: Connection) -> None:
            if command is not None and await claim(connection, command, run.run_id) is not None:
                return
            await _keep(connection, run)

        await self._database.in_transaction(work)

    async def get(self, program: str, run_id: str) -> KeptRun:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            row = await connection.fetchrow(_READ, program, run_id)
            if row is None:
                raise refusals.reconciliation_not_found(run_id)
            return _kept(program, row, await connection.fetch(_DIFFERENCES, program, run_id, ""))

    async def page(self, program: str, kind: str, before: datetime, before_run: str, limit: int) -> list[KeptRun]:
        """As the port says."""
        rows = await self._database.fetch(_LIST, program, kind, before, before_run, limit)
        return [_kept(program, row, []) for row in rows]

    async def difference(self, program: str, run_id: str, figure: str) -> tuple[FoundDifference, Acceptance | None]:
        """As the port says."""
        if not await self.has(program, run_id):
            raise refusals.reconciliation_not_found(run_id)
        rows = await self._database.fetch(_DIFFERENCES, program, run_id, figure)
        if not rows:
            raise refusals.difference_not_found(run_id, figure)
        return _difference(rows[0]), _acceptance(rows[0])

    async def accept(
        self, command: Command, run_id: str, figure: str, acceptance: Acceptance, voucher: Voucher | None
    ) -> bool:
        """As the port says."""

        async def work(connection: Connection) -> bool:
            if await claim(connection, command, run_id) is not None:
                return False
            program = command.program
            kept = await connection.execute(
                _ACCEPT,
                program,
                run_id,
                figure,
                acceptance.reason,
                acceptance.caller,
                acceptance.signed_name,
                acceptance.voucher_id,
                acceptance.accept_time,
            )
            if not kept:
                raise refusals.difference_accepted(figure, "somebody")
            if voucher is not None:
                await book_voucher(connection, voucher)
            return True

        return await self._database.in_transaction(work)

    async def month_end_vouchers(self, program: str, sequence: int) -> list[tuple[str, str, int]]:
        """As the port says."""
        rows = await self._database.fetch(_MONTH_END, program, sequence)
        return [(row["entity_id"], row["currency_code"], int(row["amount"])) for row in rows]


async def _keep(connection: Connection, run: Run) -> None:
    outcome = run.outcome
    partitions = max(outcome.up_to, default=-1) + 1
    kept = await connection.execute(
        _APPEND,
        run.program,
        run.run_id,
        run.kind.value,
        run.period_sequence or None,
        run.scope,
        [outcome.up_to.get(partition, 0) for partition in range(partitions)],
        outcome.compared,
        run.caller,
        run.run_time,
    )
    if kept and outcome.differences:
        await connection.execute(
            _APPEND_DIFFERENCES,
            run.program,
            run.run_id,
            [each.figure for each in outcome.differences],
            [each.expected for each in outcome.differences],
            [each.booked for each in outcome.differences],
            [detail_of(each) for each in outcome.differences],
        )


def _kept(program: str, row: Row, differences: list[Row]) -> KeptRun:
    found = tuple(map(_difference, differences))
    up_to = dict(enumerate(row["up_to"]))
    run = Run(
        program=program,
        run_id=row["reconciliation_id"],
        kind=RunKind(row["kind"]),
        period_sequence=row["period_sequence"] or 0,
        scope=row["scope"],
        caller=row["caller"],
        run_time=row["run_time"],
        outcome=Outcome(up_to, row["compared"], found),
    )
    accepted = {each["figure"]: acceptance for each in differences if (acceptance := _acceptance(each)) is not None}
    return KeptRun(run, row["period"], row["differing"], row["accepted"], accepted)


def _difference(row: Row) -> FoundDifference:
    lines, more = lines_of(row["detail"])
    return FoundDifference(row["figure"], int(row["expected"]), int(row["booked"]), lines, more)


def _acceptance(row: Row) -> Acceptance | None:
    if row["accept_time"] is None:
        return None
    return Acceptance(row["reason"], row["signed_name"], row["caller"], row["voucher_id"], row["accept_time"])
