"""Renders docs/reference/journal_export.md: `python -m settlement_service.domain.journal_columns_page > <file>`."""

from settlement_service.domain.journal_columns import COLUMNS

_HEAD = """\
# The exported journal

Generated from `settlement_service/domain/journal_columns.py`; a test proves it fresh. Do not edit.

`ExportJournal` writes one record a posting, in the order the journal was written, as CSV, JSON lines or Parquet. Debits
equal credits in each entry, apart for money and for points. An auditor needs nothing else to recompute every balance,
and by `brand_id`, `funders`, `order_id` and `rule_version` every figure by brand.

- CSV: RFC 4180, UTF-8 without a byte order mark, CRLF, a head record. A text that a spreadsheet would take for a
  formula (it begins with `=`, `+`, `-`, `@`, tab or carriage return) has an apostrophe before it; numbers are numbers.
- JSON lines: one object a line. Whole numbers may pass 2^53: read them with a parser that keeps 64 bits.
- Parquet: amounts are 64-bit whole numbers, times microseconds in UTC, hashes 32 bytes; row groups of about 16,384
  postings, Snappy. It needs the package's extra `parquet`.

| column | type | what it holds |
| --- | --- | --- |
"""


def page() -> str:
    """The page as Markdown."""
    return _HEAD + "".join(f"| `{column.name}` | {column.type.value} | {column.meaning} |\n" for column in COLUMNS)


if __name__ == "__main__":
    print(page(), end="")
