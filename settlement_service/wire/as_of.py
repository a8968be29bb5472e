"""Moments, days and months as a request names them."""

import re
from datetime import date

from loyalty.settlement.v1.as_of_pb2 import AsOf

from chassis.runtime.fields import FieldReader
from settlement_service.domain.as_of import Asked, Day, Now, PeriodNamed

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


def is_month(text: str) -> bool:
    """True for a year and month such as 2026-10."""
    return _MONTH.fullmatch(text) is not None


def read_month(reader: FieldReader, field: str, text: str) -> str:
    """A month such as 2026-10."""
    if not is_month(text) or not _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR:
        reader.fault(field, f"must be a year and month such as 2026-10, {_FIRST_YEAR} to {_LAST_YEAR}")
    return text


def read_optional_month(reader: FieldReader, field: str, text: str) -> str:
    """A month, or empty."""
    return read_month(reader, field, text) if text else text


def read_date(reader: FieldReader, field: str, text: str) -> date | None:
    """A day such as 2026-10-31; None if it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # ISO 8601 knows other forms of a day, which nobody means here.
    if day is None or day.isoformat() != text or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        reader.fault(field, f"must be a date such as 2026-10-31, {_FIRST_YEAR} to {_LAST_YEAR}")
        return None
    return day


def read_as_of(reader: FieldReader, field: str, message: AsOf) -> Asked:
    """The moment that is asked for; nothing set: now."""
    match message.WhichOneof("at"):
        case "period":
            return PeriodNamed(read_month(reader, f"{field}.period", message.period))
        case "date":
            day = read_date(reader, f"{field}.date", message.date)
            return Day(day) if day else Now()
        case _:
            return Now()
