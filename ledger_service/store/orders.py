"""Posted sales as they are read."""

from collections.abc import Sequence

from chassis.runtime.postgres import Connection
from ledger_service.domain.order import OrderState, PostedOrder
from ledger_service.store import codec
from ledger_service.store.statements import SQL


async def orders_of(connection: Connection, columns: Sequence[Sequence[object]]) -> list[PostedOrder]:
    """Sales by bucket, program and order id, given as three columns."""
    return [
        PostedOrder(
            program=row["program"],
            order_id=row["order_id"],
            home=row["home"],
            state=OrderState(row["state"]),
            revision=row["revision"],
            document=codec.decode_order(row["document"]),
            post_time=row["post_time"],
        )
        for row in await connection.fetch(SQL.read_orders, *columns)
    ]
