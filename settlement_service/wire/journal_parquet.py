"""The exported journal as Parquet, written row group by row group into a buffer that is handed on at once.

pyarrow is an extra of the package (ADR 0051); it is loaded with the first export that needs it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from settlement_service.domain import refusals
from settlement_service.domain.exported import ExportedEntry
from settlement_service.domain.journal_columns import COLUMNS, ColumnType
from settlement_service.domain.program_facts import SettlementTerms
from settlement_service.wire.journal_text import posting_values

if TYPE_CHECKING:
    import pyarrow

ROW_GROUP = 16_384
"""Postings a row group: a reader's unit of work, and the most that is held here."""

_PAGE_BYTES = 65_536
_RANGED = (ColumnType.WHOLE, ColumnType.TIME)
"""Columns whose least and greatest values are told for each row group, for readers to skip by."""


class _Outbox:
    """A file that is taken away piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0
        self.closed = False

    def write(self, data: Any) -> int:
        """Keeps a piece."""
        piece = bytes(data)
        self._pieces.append(piece)
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Bytes written so far."""
        return self._written

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """The file is whole."""
        self.closed = True

    def writable(self) -> bool:
        """It can be written."""
        return True

    def readable(self) -> bool:
        """It cannot be read."""
        return False

    def seekable(self) -> bool:
        """There is no way back."""
        return False

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


class ParquetJournal:
    """One file in the making. Refuses PARQUET_NOT_INSTALLED."""

    def __init__(self, terms: SettlementTerms) -> None:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise refusals.parquet_not_installed() from None
        self._arrow = pyarrow
        self._terms = terms
        self._schema = _schema(pyarrow)
        self._outbox = _Outbox()
        # What is freed goes back at once: an export lives beside everything else that the process does.
        pyarrow.set_memory_pool(pyarrow.system_memory_pool())
        self._writer = pyarrow.parquet.ParquetWriter(
            pyarrow.PythonFile(self._outbox, mode="w"),
            self._schema,
            compression="snappy",
            version="2.6",
            use_dictionary=[column.name for column in COLUMNS if column.type is ColumnType.TEXT],
            write_statistics=[column.name for column in COLUMNS if column.type in _RANGED],
            data_page_size=_PAGE_BYTES,
            dictionary_pagesize_limit=_PAGE_BYTES,
        )
        self._batches: list[pyarrow.RecordBatch] = []
        self._waiting = 0
        self.records = 0

    def add(self, entries: Iterable[ExportedEntry]) -> bytes:
        """Adds entries; the bytes that are ready, often none."""
        rows = [
            (*posting_values(posting, self._terms), *entry.lineage) for entry in entries for posting in entry.postings
        ]
        arrays = [
            self._arrow.array(values, field.type)
            for values, field in zip(zip(*rows, strict=True), self._schema, strict=True)
        ]
        self._batches.append(self._arrow.RecordBatch.from_arrays(arrays, schema=self._schema))
        self._waiting += len(rows)
        self.records += len(rows)
        if self._waiting >= ROW_GROUP:
            self._write_group()
        return self._outbox.take()

    def finish(self) -> bytes:
        """The rest of the file with its foot."""
        if self._batches:
            self._write_group()
        self._writer.close()
        return self._outbox.take()

    def _write_group(self) -> None:
        table = self._arrow.Table.from_batches(self._batches, schema=self._schema)
        self._batches.clear()
        self._writer.write_table(table, self._waiting)
        self._waiting = 0


def _schema(arrow: Any) -> "pyarrow.Schema":
    types = {
        ColumnType.TEXT: arrow.string(),
        ColumnType.WHOLE: arrow.int64(),
        ColumnType.TIME: arrow.timestamp("us", tz="UTC"),
        ColumnType.HASH: arrow.binary(32),
    }
    return arrow.schema([arrow.field(column.name, types[column.type]) for column in COLUMNS])
