"""The rows of made histories: lots, each an accrual to be, and what the tables of the ledger say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_LINES = 5
"""Accruals of a sale."""

FILLED = """
    CREATE UNLOGGED TABLE filled (
        bucket smallint, member text COLLATE "C", accruals integer, closed integer, expired_every integer,
        rolling_months integer
    )
"""
# Accruals in the order they were earned, so that those of a member lie scattered, as they do in life. What is closed
# was earned in three years up to one ago, what is open within this year; all live a year.
LOTS = f"""
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
class Copy:
    """Rows for a table: its template's, with some columns made from the lots."""

    table: str
    made: Mapping[str, str]
    lots: str = "true"
    template: str = "true"


ACCRUALS = Copy(
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
BIRTHS = Copy(
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
SPENDINGS = Copy("movement", {**_ENDS, "cause_id": "lot.redemption_id"}, _SPENT, "kind = 'redeemed'")
EXPIRIES = Copy(
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
BURNS = Copy(
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
REDEMPTIONS = Copy(
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
ORDERS = Copy(
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


def _keys(table: str, subject: str, lots: str) -> Copy:
    home = {"home": "lot.member"} if table == "document_key" else {}
    return Copy(table, {"key": f"sha256(convert_to('{table}' || {subject}, 'UTF8'))", **home}, lots)


KEYS = [
    _keys(table, subject, lots)
    for table in ("request_key", "document_key")
    for subject, lots in (("lot.order_id", _SALES), ("lot.redemption_id", _SPENT))
]
WALLETS = """
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
HOMES = """
    INSERT INTO home (bucket, program, member, length, hash)
    SELECT f.bucket, t.program, f.member, f.accruals + f.closed, t.hash
    FROM filled AS f CROSS JOIN (SELECT program, hash FROM home LIMIT 1) AS t
"""


def statement(copy: Copy, columns: Sequence[str]) -> str:
    """SQL that makes them; `columns` are all of the table."""
    values = ", ".join(copy.made.get(column, f"t.{column}") for column in columns)
    return f"""
        INSERT INTO {copy.table} ({", ".join(columns)})
        SELECT {values}
        FROM lot CROSS JOIN (SELECT * FROM {copy.table} WHERE {copy.template} LIMIT 1) AS t
        WHERE {copy.lots}
    """
