"""CSV as RFC 4180 has it (commas, CRLF, UTF-8 without a byte order mark), safe to open in a spreadsheet.

A spreadsheet takes a cell that begins with one of `= + - @`, a tab or a carriage return for a formula, quoted or not.
Such a text gets an apostrophe before it, which spreadsheets show as text (OWASP, CSV Injection). Numbers are written as
numbers, a minus sign included: they can be no formula. Who reads the file by program takes one leading apostrophe away
where one of those characters follows it; a text that itself begins with an apostrophe and one of them gets a second
one, so nothing is lost.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

LINE_END = "\r\n"

Cell = str | int | bool | date | datetime | bytes | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = frozenset(',"\r\n')


def csv_line(cells: Iterable[Cell]) -> str:
    """One record with its line end. Bytes are written as hexadecimal, instants as UTC to the microsecond, None as
    nothing. TypeError for anything else, floating-point numbers included."""
    return ",".join(_cell(cell) for cell in cells) + LINE_END


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _text(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, datetime):
        return instant_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bytes):
        return cell.hex()
    raise TypeError(f"{type(cell).__name__} has no form in CSV")


def instant_text(instant: datetime) -> str:
    """`2026-10-31T23:59:59.000001Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(text: str) -> str:
    if text.lstrip("'").startswith(_FORMULA):
        text = f"'{text}"
    if _QUOTED.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'
