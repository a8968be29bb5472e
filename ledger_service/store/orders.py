"""Posted sales as they are read."""

from collections.abc import Sequence

from chassis.runtime.postgres import Connection
from ledger_service.domain.order import PostedOrder
from ledger_service.store import document_rows
from ledger_service.store.statements import SQL


async def orders_of(connection: Connection, columns: Sequence[Sequence[object]]) -> list[PostedOrder]:
    """Sales by bucket, program and order id, given as three columns."""
    return [document_rows.order_of(row) for row in await connection.fetch(SQL.read_orders, *columns)]
