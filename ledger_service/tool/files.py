"""CSV files of an old program: UTF-8 with or without a byte order mark, a heading, one record a person or lot.

A cell that a spreadsheet has guarded with an apostrophe ('+1415…) is read without it. What cannot be read as its column
means is sent as nothing, so that the service refuses the line by the column's name; only a file that is no such file at
all is a FileError.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

LONGEST_CELL = 65_536
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

YES = frozenset({"yes", "true", "1"})
NO = frozenset({"no", "false", "0", ""})


class FileError(Exception):
    """A file that cannot be read, said for people, without any value of it."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record and the line of the file it begins on; the heading is line 1."""

    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """A cell; empty if there is no such column."""
        return self.cells.get(column, "")

    def moment(self, column: str) -> datetime | None:
        """A day (its beginning, UTC) or a moment with its zone; None if it is neither."""
        text = self.text(column)
        try:
            if len(text) == len("2027-03-31"):
                day = date.fromisoformat(text)
                return datetime(day.year, day.month, day.day, tzinfo=UTC)
            found = datetime.fromisoformat(text)
        except ValueError:
            return None
        return None if found.tzinfo is None else found.astimezone(UTC)

    def number(self, column: str) -> int:
        """A whole number; 0, which no column may hold, if it is none or does not fit 64 bits."""
        text = self.text(column)
        try:
            found = int(text)
        except ValueError:
            return 0
        return found if abs(found) < 2**63 and text.isascii() else 0

    def flag(self, column: str) -> bool:
        """Yes or no; FileError for anything else."""
        text = self.text(column).casefold()
        if text in YES:
            return True
        if text in NO:
            return False
        raise FileError(f"line {self.line}: {column} must be yes or no")


def records(path: Path, required: tuple[str, ...]) -> Iterator[Record]:
    """The records of a file. Raises FileError."""
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _records(path, file, required)
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not UTF-8 (at byte {error.start} of a block)") from None
    except csv.Error as error:
        raise FileError(f"{path} is no CSV file: {error}") from None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}") from None


def _records(path: Path, file: Iterator[str], required: tuple[str, ...]) -> Iterator[Record]:
    reader = csv.reader(file, strict=True)
    heading = [name.strip() for name in next(reader, [])]
    missing = [name for name in required if name not in heading]
    if missing:
        raise FileError(f"{path} has no column {', '.join(missing)}")
    if len(set(heading)) < len(heading):
        raise FileError(f"{path} has a column twice")
    line = reader.line_num + 1
    for cells in reader:
        if cells and any(cells):
            if len(cells) != len(heading):
                raise FileError(f"{path}:{line}: has {len(cells)} cells instead of {len(heading)}")
            yield Record(line, {name: _bare(cell) for name, cell in zip(heading, cells, strict=True)})
        line = reader.line_num + 1


def _bare(cell: str) -> str:
    text = cell.strip(" ")
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def harmless(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def write_report(path: Path, heading: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> int:
    """Writes a report; how many rows. Raises FileError."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(heading)
            count = 0
            for row in rows:
                writer.writerow([harmless(cell) for cell in row])
                count += 1
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}") from None
    return count
