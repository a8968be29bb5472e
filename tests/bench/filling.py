"""Histories made by set-based SQL, for cases that need more of them than could be posted in the time of a run.

Rows are copies of what one sale and one redemption of the ledger left, under other keys: accruals with their births,
redemptions, burns, expiries, sales and directory entries, wallets and homes. All checkers of balances hold for them;
movements are not chained by hash, no events stand behind them, and obligations are left out.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from chassis.values.ids import bucket_of
from deploy.local.databases import Database
from tests.bench.desk import PROGRAM, Desk
from tests.support.engine import Engine

POINTS = 1_000
"""Points of every accrual; each is spent or expires as a whole."""

_LINES = 5
"""Accruals of a sale."""

_TEMPLATE = "template"
_SESSION = "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'"
_FILLED = """
    CREATE UNLOGGED TABLE filled (
        bucket smallint, member text COLLATE "C", accruals integer, closed integer, expired_every integer,
        rolling_months integer
    )
"""
# Accruals in the order they were earned, so that those of a member lie scattered, as they do in life. What is closed
# was earned in three years up to one ago, what is open within this year; all live a year.
_LOTS = f"""
    CREATE UNLOGGED TABLE lot AS
    WITH numbered AS (
        SELECT f.*, i AS ordinal, (i - 1) / {_LINES} AS sale, (i - 1) % {_LINES} + 1 AS line_number
        FROM filled AS f
        CROSS JOIN LATERAL generate_series(1, f.accruals) AS i
    ), timed AS (
        SELECT
            n.*, md5(n.member || '/' || n.ordinal) AS id, md5(n.member || '#' || n.sale) AS sale_id,
            CASE
                WHEN n.ordinal > n.closed THEN 'open'
                WHEN n.ordinal % n.expired_every = 0 THEN 'expired'
                ELSE 'redeemed'
            END AS state,
            now() - CASE WHEN (n.sale + 1) * {_LINES} > n.closed
                THEN interval '365 days' * (n.accruals - n.sale * {_LINES}) / (n.accruals - n.closed + {_LINES})
                ELSE interval '365 days' * (1 + 3.0 * (n.closed - n.sale * {_LINES}) / n.closed)
            END AS earn_time
        FROM numbered AS n
    )
    SELECT
        bucket, member, ordinal, line_number, state, rolling_months, earn_time,
        'acc_' || left(id, 28) AS accrual_id, 'ord_' || left(sale_id, 28) AS order_id,
        CASE WHEN state = 'redeemed' THEN 'red_' || left(id, 28) END AS redemption_id,
        least(ordinal, closed) + ordinal - CASE WHEN ordinal > closed THEN 0 ELSE 1 END AS sequence,
        earn_time + least(interval '180 days', (now() - earn_time) / 2) AS close_time,
        earn_time + CASE WHEN state = 'expired'
            THEN least(interval '180 days', (now() - earn_time) / 2) ELSE interval '365 days'
        END AS expire_time
    FROM timed
    ORDER BY earn_time
"""
_CLOSED = "lot.state <> 'open'"
_SPENT = "lot.state = 'redeemed'"
_SALES = "lot.line_number = 1"
_PIECES = """
    convert_to(jsonb_build_array(
        convert_from(t.pieces, 'UTF8')::jsonb -> 0 || jsonb_build_object(
            'accrual_id', lot.accrual_id, 'movement', jsonb_build_array(lot.member, lot.sequence + 1)
        )
    )::text, 'UTF8')
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Members with the same history. Of so many movements each, `open_accruals` still have their points; of the others
    every `expired_every`-th expired and the rest was spent."""

    name: str
    members: int
    movements: int
    open_accruals: int
    expired_every: int = 4
    rolling_months: int = 0

    @property
    def accruals(self) -> int:
        """Accruals of a member: what is open has one movement, what is closed two."""
        return (self.movements + self.open_accruals) // 2

    @property
    def names(self) -> list[str]:
        """The members."""
        return [f"{self.name}-{number}" for number in range(self.members)]


@dataclass(frozen=True, slots=True)
class _Copy:
    """Rows for a table: its template's, with some columns made from the lots."""

    table: str
    made: Mapping[str, str]
    lots: str = "true"
    template: str = "true"


_ACCRUALS = _Copy(
    "accrual",
    {
        "bucket": "lot.bucket",
        "accrual_id": "lot.accrual_id",
        "home": "lot.member",
        "order_id": "lot.order_id",
        "line_number": "lot.line_number",
        "earn_time": "lot.earn_time",
        "expire_time": "lot.expire_time",
        "remaining": f"CASE WHEN {_CLOSED} THEN 0 ELSE t.granted END",
        "expired": "CASE WHEN lot.state = 'expired' THEN t.granted ELSE 0 END",
        "rolling_months": "lot.rolling_months",
    },
)
_MOVEMENT = {
    "bucket": "lot.bucket",
    "home": "lot.member",
    "accrual_id": "lot.accrual_id",
    "line_number": "lot.line_number",
}
_BIRTHS = _Copy(
    "movement",
    {
        **_MOVEMENT,
        "sequence": "lot.sequence",
        "cause_id": "lot.order_id",
        "occur_time": "lot.earn_time",
        "post_time": "lot.earn_time",
        "expire_time": "lot.expire_time",
    },
    template="kind = 'earned'",
)
_ENDS = {
    **_MOVEMENT,
    "sequence": "lot.sequence + 1",
    "occur_time": "lot.close_time",
    "post_time": "lot.close_time",
}
_SPENDINGS = _Copy("movement", {**_ENDS, "cause_id": "lot.redemption_id"}, _SPENT, "kind = 'redeemed'")
_EXPIRIES = _Copy(
    "movement",
    {
        **_ENDS,
        "kind": "'expired'",
        "cause": "'time'",
        "cause_id": "''",
        **dict.fromkeys(("value_currency", "value", "price_currency", "price"), "NULL"),
    },
    "lot.state = 'expired'",
    "kind = 'redeemed'",
)
_BURNS = _Copy(
    "burn",
    {
        "bucket": "lot.bucket",
        "accrual_id": "lot.accrual_id",
        "home": "lot.member",
        "sequence": "lot.sequence + 1",
        "post_time": "lot.close_time",
    },
    _SPENT,
)
_REDEMPTIONS = _Copy(
    "redemption",
    {
        "bucket": "lot.bucket",
        "redemption_id": "lot.redemption_id",
        "root": "lot.member",
        "occur_time": "lot.close_time",
        "post_time": "lot.close_time",
        "pieces": _PIECES,
    },
    _SPENT,
)
_ORDERS = _Copy(
    "posted_order",
    {
        "bucket": "lot.bucket",
        "order_id": "lot.order_id",
        "home": "lot.member",
        "post_time": "lot.earn_time",
        "occur_time": "lot.earn_time",
    },
    _SALES,
)


def _keys(table: str, subject: str, lots: str) -> _Copy:
    home = {"home": "lot.member"} if table == "document_key" else {}
    return _Copy(table, {"key": f"sha256(convert_to('{table}' || {subject}, 'UTF8'))", **home}, lots)


_KEYS = [
    _keys(table, subject, lots)
    for table in ("request_key", "document_key")
    for subject, lots in (("lot.order_id", _SALES), ("lot.redemption_id", _SPENT))
]
_WALLETS = """
    INSERT INTO wallet (
        bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
        next_expire_time, fence, merge_seq
    )
    SELECT
        f.bucket, t.program, f.member, f.accruals + f.closed, o.points, o.points, 0, 0, now(), now(),
        CASE WHEN f.rolling_months > 0
            THEN (now() AT TIME ZONE 'UTC' + make_interval(months => f.rolling_months)) AT TIME ZONE 'UTC'
            ELSE o.next_expire_time
        END, 1, 0
    FROM filled AS f
    JOIN (
        SELECT member, count(*) * $1::bigint AS points, min(expire_time) AS next_expire_time
        FROM lot WHERE state = 'open' GROUP BY member
    ) AS o ON o.member = f.member
    CROSS JOIN (SELECT program FROM wallet LIMIT 1) AS t
"""
_HOMES = """
    INSERT INTO home (bucket, program, member, length, hash)
    SELECT f.bucket, t.program, f.member, f.accruals + f.closed, t.hash
    FROM filled AS f CROSS JOIN (SELECT program, hash FROM home LIMIT 1) AS t
"""
_INDEXES = """
    SELECT pg_get_indexdef(i.indexrelid) AS definition, i.indexrelid::regclass::text AS name,
           c.conname AS constraint, pg_get_constraintdef(c.oid) AS constraint_definition
    FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype = 'p'
    WHERE i.indrelid = $1::text::regclass
"""


async def fill(database: Database, engine: Engine, desk: Desk, groups: Sequence[Group]) -> None:
    """Gives members histories, in a database whose engine has done nothing yet; ready to be measured afterwards."""
    await engine.keeper.submit(desk.sale(_TEMPLATE, POINTS))
    await engine.keeper.submit(desk.redemption(_TEMPLATE, POINTS))
    first, second = [await asyncpg.connect(database.owner_url, command_timeout=600) for _ in range(2)]
    try:
        await _lots(first, groups)
        await second.execute(_SESSION)
        # Two halves of about the same size, on two sessions.
        await asyncio.gather(
            _copy(first, [_ACCRUALS], [_ORDERS]),
            _copy(second, [_BIRTHS, _SPENDINGS, _EXPIRIES], [_BURNS], [_REDEMPTIONS], _KEYS[:2], _KEYS[2:]),
        )
        await first.execute(_WALLETS, POINTS)
        await first.execute(_HOMES)
        await first.execute("DROP TABLE lot, filled")
        # Now, because it would otherwise come by itself while something is measured.
        await first.execute("VACUUM (ANALYZE)")
    finally:
        await asyncio.gather(first.close(), second.close())


async def _lots(connection: asyncpg.Connection, groups: Sequence[Group]) -> None:
    await connection.execute(_SESSION)
    await connection.execute(_FILLED)
    members = (
        (
            bucket_of(PROGRAM, name),
            name,
            group.accruals,
            group.accruals - group.open_accruals,
            group.expired_every,
            group.rolling_months,
        )
        for group in groups
        for name in group.names
    )
    await connection.copy_records_to_table("filled", records=members)
    await connection.execute(_LOTS)


async def _copy(connection: asyncpg.Connection, *tables: Sequence[_Copy]) -> None:
    """Fills one table after the other, each without its indexes, which are built over the whole of it."""
    for copies in tables:
        table = copies[0].table
        indexes = await connection.fetch(_INDEXES, table)
        for index in indexes:
            drop = f"ALTER TABLE {table} DROP CONSTRAINT {index['name']}" if index["constraint"] else ""
            await connection.execute(drop or f"DROP INDEX {index['name']}")
        columns = [
            attribute.name for attribute in (await connection.prepare(f"SELECT * FROM {table}")).get_attributes()
        ]
        for copy in copies:
            await connection.execute(_statement(copy, columns))
        for index in indexes:
            primary = f"ALTER TABLE {table} ADD CONSTRAINT {index['name']} {index['constraint_definition']}"
            await connection.execute(primary if index["constraint"] else index["definition"])


def _statement(copy: _Copy, columns: Sequence[str]) -> str:
    values = ", ".join(copy.made.get(column, f"t.{column}") for column in columns)
    return f"""
        INSERT INTO {copy.table} ({", ".join(columns)})
        SELECT {values}
        FROM lot CROSS JOIN (SELECT * FROM {copy.table} WHERE {copy.template} LIMIT 1) AS t
        WHERE {copy.lots}
    """
