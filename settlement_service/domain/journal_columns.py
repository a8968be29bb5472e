"""Columns of the exported journal, one posting a record: the only list of them. docs/reference/journal_export.md is
made from it."""

from dataclasses import dataclass
from enum import Enum


class ColumnType(Enum):
    """What a column holds; all but TIME and HASH as CSV and JSON lines write them."""

    TEXT = "text"
    WHOLE = "whole number"
    TIME = "UTC time, microseconds"
    HASH = "32 bytes (hexadecimal in CSV and JSON lines)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `of_posting`: it may differ between the postings of one entry."""

    name: str
    type: ColumnType
    meaning: str
    of_posting: bool = False


_T, _W = ColumnType.TEXT, ColumnType.WHOLE

COLUMNS = (
    Column("posting_number", _W, "place in the entry, from 1; postings of money come first", True),
    Column("currency_code", _T, "ISO 4217 code; empty: a posting of points", True),
    Column("account", _T, "account", True),
    Column("account_code", _T, "its code in the program's chart of accounts, as it is now", True),
    Column("account_name", _T, "its name there", True),
    Column("counterparty_entity_id", _T, "the other entity, for accounts kept by counterparty", True),
    Column("debit", _W, "minor units, or whole points; 0 if it is a credit", True),
    Column("credit", _W, "minor units, or whole points; 0 if it is a debit", True),
    Column("entry_number", _W, "place in the program's journal"),
    Column("entity_id", _T, "whose books it is in"),
    Column("voucher_id", _T, "the voucher behind it; empty: a movement"),
    Column("voucher_number", _T, "its number"),
    Column("kind", _T, "kind of the movement, or of the voucher"),
    Column("cause", _T, "why the movement happened"),
    Column("cause_id", _T, "what caused it"),
    Column("home_member_id", _T, "the movement's home, an opaque id; empty for vouchers"),
    Column("movement_sequence", _W, "its place in its home's chain"),
    Column("movement_points", _W, "points of the movement"),
    Column("line_of_cause", _W, "line of the order or redemption it belongs to; 0: none"),
    Column("accrual_id", _T, "the accrual it changes"),
    Column("brand_id", _T, "the accrual's brand"),
    Column("issuer_entity_id", _T, "the entity that issued it"),
    Column("funders", _T, "who funds it: entity=basis points, comma-separated"),
    Column("rule_id", _T, "the rule that gave it"),
    Column("rule_version", _T, "the rule's content hash"),
    Column("accrual_revision", _T, "the revision that gave it"),
    Column("offer_id", _T, "the offer behind it"),
    Column("order_id", _T, "the order that earned it"),
    Column("line_number", _W, "the line that earned it"),
    Column("earn_location_id", _T, "where it was earned"),
    Column("earn_operator_entity_id", _T, "who ran that location"),
    Column("earn_region", _T, "its region"),
    Column("settlement_policy", _T, "REIMBURSE, RESERVE or NONE"),
    Column("redeemer_entity_id", _T, "where the points were spent"),
    Column("at_brand_id", _T, "the brand at which they were spent; empty for repayments"),
    Column("value_currency", _T, "currency of the value"),
    Column("value", _W, "face value at the redeemer, minor units"),
    Column("price_currency", _T, "currency of the price"),
    Column("price", _W, "what was owed for it in all, minor units"),
    Column("event_type", _T, "what happened"),
    Column("event_subject_id", _T, "to what"),
    Column("event_revision", _T, "the revision it was decided by"),
    Column("event_location_id", _T, "where it happened"),
    Column("event_operator_entity_id", _T, "who ran that location"),
    Column("event_region", _T, "its region"),
    Column("event_brand_id", _T, "the brand it happened at"),
    Column("event_channel", _T, "the channel"),
    Column("partition", _W, "partition of the ledger's log"),
    Column("position", _W, "position in it; 0 for vouchers"),
    Column("occur_time", ColumnType.TIME, "when it happened, by the shop's clock; empty for vouchers"),
    Column("post_time", ColumnType.TIME, "when it was committed"),
    Column("period_sequence", _W, "number of its period"),
    Column("period", _T, "name of its period; empty while that is open"),
    Column("entry_hash", ColumnType.HASH, "hash of the entry, which chains it to the one before"),
)
"""In the order they are written. What differs between postings stands first."""

POSTING_COLUMNS = tuple(column for column in COLUMNS if column.of_posting)
ENTRY_COLUMNS = tuple(column for column in COLUMNS if not column.of_posting)
