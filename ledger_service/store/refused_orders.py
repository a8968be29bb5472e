"""Refused uploads that were kept aside."""

from collections.abc import Sequence

from chassis.runtime.postgres import Database, Row
from chassis.values.integers import INT64_MAX, INT64_MIN
from ledger_service.domain.refused_order import RefusedFilter, RefusedOrder, RefusedPlace, RefusedTotal
from ledger_service.store import codec
from ledger_service.store.statements import SQL
from ledger_service.use_cases.portion import PAGE_BYTES, Portion


class PostgresRefusedOrders:
    """See `use_cases.ports.RefusedOrders`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, refused: RefusedOrder) -> None:
        """Keeps one aside, over what was kept of the same sale before."""
        async with self._database.acquire() as connection:
            await connection.execute(SQL.keep_refused_order, *_values(refused))

    async def page(self, wanted: RefusedFilter, after: RefusedPlace | None, limit: int) -> Portion[RefusedOrder]:
        """Those that were not posted since, oldest first."""
        place = (None, None) if after is None else (after.first_time, after.key)
        found = await self._database.fetch(SQL.list_refused_orders, *_columns(wanted), *place, limit, PAGE_BYTES)
        return Portion([_refused_of(row) for row in found], bool(found) and found[0]["found"] > len(found))

    async def totals(self, wanted: RefusedFilter) -> Sequence[RefusedTotal]:
        """The same summed up by reason and currency."""
        found = await self._database.fetch(SQL.total_refused_orders, *_columns(wanted))
        return [RefusedTotal(row["reason"], row["currency"], row["orders"], _fitting(row["amount"])) for row in found]


def _values(refused: RefusedOrder) -> tuple[object, ...]:
    document = refused.document
    return (
        refused.key,
        refused.program,
        refused.fingerprint,
        refused.caller,
        refused.request_id,
        document.ref.source,
        document.location_id,
        document.currency,
        document.total,
        codec.encode(document),
        refused.refusal.reason,
        codec.encode_refusal(refused.refusal),
        refused.last_time,
    )


def _columns(wanted: RefusedFilter) -> tuple[object, ...]:
    locations, brands = (None if names is None else list(names) for names in (wanted.locations, wanted.brands))
    return wanted.program, locations, wanted.source, brands


def _fitting(amount: object) -> int | None:
    """PostgreSQL sums bigints as numeric, so that nothing overflows there."""
    whole = int(str(amount))
    return whole if INT64_MIN <= whole <= INT64_MAX else None


def _refused_of(row: Row) -> RefusedOrder:
    return RefusedOrder(
        program=row["program"],
        key=row["key"],
        fingerprint=row["fingerprint"],
        caller=row["caller"],
        request_id=row["request_id"],
        document=codec.decode_order(row["document"]),
        refusal=codec.decode_refusal(row["refusal"]),
        first_time=row["first_time"],
        last_time=row["last_time"],
        tries=row["tries"],
    )
