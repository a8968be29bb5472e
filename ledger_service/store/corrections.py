"""Sales by time and place, and the plans made for them."""

from collections import defaultdict
from collections.abc import Sequence

from chassis.runtime.postgres import Database
from chassis.runtime.statements import Statement
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.commands import RequestKey
from ledger_service.domain.correction import (
    Correction,
    CorrectionOrderState,
    CorrectionProgress,
    CorrectionScope,
    OrderDifference,
)
from ledger_service.domain.order import ReturnedLine
from ledger_service.store import document_rows, rows
from ledger_service.store.codec import JsonOf
from ledger_service.store.statements import SQL
from ledger_service.use_cases.people_ports import OrderPlace, PlannedOrder
from ledger_service.use_cases.read_ports import OrderView

_CORRECTIONS = JsonOf(Correction)


class PostgresCorrections:
    """See `use_cases.people_ports.Corrections`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def orders(
        self, program: str, scope: CorrectionScope, homes: Sequence[str] | None, after: OrderPlace | None, limit: int
    ) -> Sequence[OrderView]:
        """Credited sales of a scope in order of time, each with its accruals and what has come back."""
        place = after or (None, "")
        narrowed = (list(scope.locations) or None, None if homes is None else list(homes))
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            found = await connection.fetch(
                SQL.list_orders, program, scope.start_time, scope.end_time, *narrowed, *place, limit
            )
            orders = [document_rows.order_of(row) for row in found]
            keys = rows.columns(((rows.bucket(program, one.home), program, one.order_id) for one in orders), 3)
            accruals: dict[str, list[Accrual]] = defaultdict(list)
            for row in await connection.fetch(SQL.read_order_accruals, *keys):
                accruals[row["order_id"]].append(rows.accrual_of(row))
            returned: dict[str, list[ReturnedLine]] = defaultdict(list)
            for row in await connection.fetch(SQL.read_returned_lines, *keys):
                returned[row["order_id"]].append(document_rows.returned_line_of(row))
        return [OrderView(one, tuple(accruals[one.order_id]), tuple(returned[one.order_id])) for one in orders]

    async def claim(self, program: str, request: RequestKey, correction_id: str) -> bool:
        """Notes that a request is about a correction; False if it was used for another intent before."""
        row = await self._database.fetchrow(
            SQL.claim_correction, request.key, request.fingerprint, program, correction_id
        )
        return row is not None and row["fingerprint"] == request.fingerprint

    async def keep(self, correction: Correction, orders: Sequence[OrderDifference]) -> None:
        """Keeps a plan, unless it is kept already."""
        columns = rows.columns(((ordinal, one.order_id, one.home, one.digest) for ordinal, one in enumerate(orders)), 4)
        await self._execute(SQL.insert_correction, *_row(correction), *columns)

    async def find(self, program: str, correction_id: str) -> CorrectionProgress | None:
        """A plan and how far it has come."""
        row = await self._database.fetchrow(SQL.find_correction, program, correction_id)
        if row is None:
            return None
        return CorrectionProgress(_CORRECTIONS.decode(row["details"]), row["corrected"], row["skipped"])

    async def approve(self, correction: Correction) -> None:
        """Keeps that a plan was approved; nothing happens to one that is not proposed any more."""
        await self._move(correction, "proposed")

    async def finish(self, correction: Correction) -> None:
        """Keeps that nothing is left to do."""
        await self._move(correction, "approved")

    async def _move(self, correction: Correction, before: str) -> None:
        await self._execute(SQL.move_correction, *_row(correction), before)

    async def planned(self, program: str, correction_id: str, limit: int) -> Sequence[PlannedOrder]:
        """The next sales that the plan changes and nothing was done about yet."""
        found = await self._database.fetch(SQL.list_planned_orders, program, correction_id, limit)
        return [PlannedOrder(row["order_id"], row["home"]) for row in found]

    async def settle(
        self, program: str, correction_id: str, settled: Sequence[tuple[str, CorrectionOrderState]]
    ) -> None:
        """Keeps what became of sales of a plan."""
        columns = rows.columns(((order_id, state.value) for order_id, state in settled), 2)
        await self._execute(SQL.settle_orders, program, correction_id, *columns)

    async def _execute(self, statement: Statement, *parameters: object) -> None:
        async with self._database.acquire() as connection:
            await connection.execute(statement, *parameters)


def _row(correction: Correction) -> rows.Values:
    return (
        correction.program,
        correction.correction_id,
        correction.state.value,
        correction.plan_time,
        _CORRECTIONS.encode(correction),
    )
