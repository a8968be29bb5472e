"""What it takes to write a long journal to a file: `python -m tests.bench.journal_export [movements [forms]]`.

The service runs alone in a process of its own, a new one for each form; the figure is the most memory it ever held,
shared libraries included.
"""

import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
import uvloop
from loyalty.settlement.v1 import statement_service_pb2 as messages
from loyalty.settlement.v1.statement_service_pb2_grpc import StatementServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from deploy.local.databases import Database
from deploy.local.secrets import EVERYTHING
from deploy.local.stack import LocalStack
from tests.bench.children import Child, child
from tests.bench.claims import Claim
from tests.bench.figures import table
from tests.bench.memory import MEGABYTE
from tests.support.servers import Databases, throwaway_stack

if TYPE_CHECKING:
    from loyalty.settlement.v1.statement_service_pb2_grpc import StatementServiceAsyncStub

Desk: TypeAlias = "StatementServiceAsyncStub"
"""The typed face of an asynchronous stub; it exists for type checkers only."""

MOVEMENTS = 1_000_000
MOST_BYTES = 150 * MEGABYTE
MOST_BYTES_PARQUET = 180 * MEGABYTE
"""For as many records as a regular run writes. pyarrow takes 33 MB of it to be loaded, a row group some 30, and each
that was written leaves a tenth of a megabyte for the foot of the file: some forty in all for a million movements."""
HOMES = 50_000
FORMS = ("CSV", "JSONL", "PARQUET")

_PROGRAM = "journal"
_FILL = Path(__file__).with_name("journal_filling.sql")
_SERVICE = messages.DESCRIPTOR.services_by_name["StatementService"]
_SECONDS = 3_600.0
"""A million movements are five million records; a busy machine writes but some thousand a second."""


@dataclass(frozen=True, slots=True)
class Export:
    """A journal written whole. `peak` is bytes of memory, `idle` those before it."""

    form: str
    movements: int
    records: int
    size: int
    seconds: float
    idle: int
    peak: int


async def measure_exports(
    servers: LocalStack, databases: Databases, movements: int = MOVEMENTS, forms: Sequence[str] = FORMS
) -> list[Export]:
    """One journal in each form."""
    async with databases.fresh("settlement") as database:
        await _fill(database, movements)
        return [await _export(servers, database, movements, form) for form in forms]


def export_claims(exports: Sequence[Export]) -> list[Claim]:
    """Each form with its most memory."""
    return [_claim(export, MOST_BYTES_PARQUET if export.form == "PARQUET" else MOST_BYTES) for export in exports]


def exports_table(exports: Sequence[Export]) -> str:
    """Each form, and what it took."""
    rows = [
        (
            export.form,
            f"{export.records:,}",
            f"{export.size / MEGABYTE:,.0f}",
            f"{export.records / export.seconds:,.0f}",
            f"{export.idle / MEGABYTE:.0f}",
            f"{export.peak / MEGABYTE:.0f}",
        )
        for export in exports
    ]
    return table(("form", "records", "MB written", "records a second", "MB before", "MB at most"), rows)


def _claim(export: Export, most: int) -> Claim:
    text = f"exporting a journal of {export.records:,} records as {export.form}: under {most // MEGABYTE} MB resident"
    return Claim(text, f"{export.peak / MEGABYTE:.0f} MB", export.peak < most)


async def _fill(database: Database, movements: int) -> None:
    connection = await asyncpg.connect(database.owner_url)
    try:
        await connection.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        await connection.fetch(_FILL.read_text(), _PROGRAM, movements, HOMES, timeout=_SECONDS)
        entities = [(_PROGRAM, entity) for entity in ("north", "linden")]
        await connection.executemany(
            "INSERT INTO account_total VALUES ($1, $2, 'USD', 'due_to', '', 'NORTH', 1)", entities
        )
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _export(servers: LocalStack, database: Database, movements: int, form: str) -> Export:
    async with child("tests.bench.journal_server") as process, _stub(servers, database, process) as stub:
        idle = _peak(process.pid)
        begun, records, size = time.monotonic(), 0, 0
        question = messages.ExportJournalRequest(
            program_id=_PROGRAM, format=messages.JournalFormat.Value(f"JOURNAL_FORMAT_{form}")
        )
        async for piece in stub.ExportJournal(question):
            records, size = piece.records, size + len(piece.data)
        return Export(form, movements, records, size, time.monotonic() - begun, idle, _peak(process.pid))


@asynccontextmanager
async def _stub(servers: LocalStack, database: Database, process: Child) -> AsyncIterator["Desk"]:
    told = {"url": database.url, "jwks": str(servers.secrets.jwks_file), "program": _PROGRAM}
    address = (await process.ask(told))["address"]
    token = servers.secrets.mint_token("bench", programs=EVERYTHING, roles=("FINANCE",))
    async with connect(PLAIN.peer(address), _SERVICE, lambda: token, timeout_seconds=_SECONDS) as channel:
        yield StatementServiceStub(channel)


def _peak(pid: int) -> int:
    """The most bytes a process ever held (VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


async def _main(movements: int, forms: Sequence[str]) -> None:
    async with throwaway_stack() as servers:
        for export in await measure_exports(servers, Databases(servers), movements, forms):
            rate = export.records / export.seconds
            print(
                f"{export.form}: {export.records:,} records, {export.size / MEGABYTE:,.0f} MB in {export.seconds:.1f} s"
                f" ({rate:,.0f} a second), {export.idle / MEGABYTE:.0f} MB before,"
                f" {export.peak / MEGABYTE:.0f} MB at most"
            )


if __name__ == "__main__":
    uvloop.run(_main(int(sys.argv[1]) if len(sys.argv) > 1 else MOVEMENTS, sys.argv[2:] or FORMS))
