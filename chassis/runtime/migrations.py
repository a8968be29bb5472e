"""Numbered SQL files of a package, applied once each, in order, by whoever comes first.

Each file runs in its own transaction, which first takes an advisory lock: of several processes that start at once one
applies a file and the others find it applied. Only transaction-level locks, so that a pooler may stand between. A file
is remembered by its checksum; one that was edited after it was applied stops everything.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import asyncpg

_FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_VARIABLE = re.compile(r"\{([a-z_]+)\}")
_CONNECT_SECONDS = 10.0
_LOCK = int.from_bytes(hashlib.sha256(b"schema_migration").digest()[:8], "big", signed=True)

_CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    number integer PRIMARY KEY,
    file_name text NOT NULL,
    checksum text NOT NULL,
    applied_time timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""
_SELECT_APPLIED = "SELECT number, file_name, checksum FROM schema_migration ORDER BY number"
_INSERT_APPLIED = "INSERT INTO schema_migration (number, file_name, checksum) VALUES ($1, $2, $3)"


class MigrationError(Exception):
    """The schema and the migration files do not fit together; the message says how."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file; the checksum is the SHA-256 of its text before variables are filled in."""

    number: int
    file_name: str
    sql: str
    checksum: str


def load_migrations(package: str) -> tuple[Migration, ...]:
    """The `NNNN_name.sql` files of a package in order. Raises MigrationError for other SQL files, for a gap in the
    numbers (they start at 1) and for a number used twice."""
    files = sorted(
        (file.name, file.read_text()) for file in resources.files(package).iterdir() if file.name.endswith(".sql")
    )
    migrations = tuple(_migration(package, name, text) for name, text in files)
    if [migration.number for migration in migrations] != list(range(1, len(migrations) + 1)):
        raise MigrationError(f"{package}: migrations are not numbered 0001, 0002, … without gap or repeat")
    return migrations


def _migration(package: str, file_name: str, text: str) -> Migration:
    matched = _FILE.fullmatch(file_name)
    if matched is None:
        raise MigrationError(f"{package}/{file_name}: a migration is named NNNN_name.sql")
    return Migration(int(matched[1]), file_name, text, hashlib.sha256(text.encode()).hexdigest())


async def migrate(
    url: str, package: str, *, app_role: str, literals: Mapping[str, int] | None = None
) -> tuple[str, ...]:
    """Bring the database up to date and return the files applied by this call.

    `url` is the owner's. In the files `{app_role}` stands for the serving role and `{reader_role}` for the one it reads
    as, quoted, and each name of `literals` for its whole number. Raises MigrationError, or the database's error with
    everything of that file rolled back.
    """
    variables = {"app_role": _quoted(app_role), "reader_role": _quoted(reader_of(app_role))} | {
        name: str(int(n)) for name, n in (literals or {}).items()
    }
    files = load_migrations(package)
    connection = await asyncpg.connect(url, timeout=_CONNECT_SECONDS)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            await connection.execute(_CREATE_TABLE)
            await connection.execute(f"GRANT SELECT ON schema_migration TO {variables['app_role']}")
        applied = [file.file_name for file in files if await _apply(connection, files, file, variables)]
    finally:
        await connection.close(timeout=_CONNECT_SECONDS)
    return tuple(applied)


async def _apply(
    connection: asyncpg.Connection, files: Sequence[Migration], file: Migration, variables: Mapping[str, str]
) -> bool:
    """Apply one file unless it is applied; True if this call did."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        if file.number <= await _applied(connection, files):
            return False
        try:
            await connection.execute(_filled_in(file, variables))
        except asyncpg.PostgresError as error:
            raise MigrationError(f"{file.file_name}: {error}") from error
        await connection.execute(_INSERT_APPLIED, file.number, file.file_name, file.checksum)
    return True


async def _applied(connection: asyncpg.Connection, files: Sequence[Migration]) -> int:
    """How many files are applied; each must be the file we have. A database may be ahead of us: the version before
    keeps running while a newer one migrates."""
    rows = await connection.fetch(_SELECT_APPLIED)
    for row, file in zip(rows, files, strict=False):
        if row["number"] != file.number or row["checksum"] != file.checksum:
            raise MigrationError(f"{file.file_name} was changed after {row['file_name']} was applied")
    return len(rows)


async def verify(url: str, package: str) -> None:
    """Raise MigrationError unless every file of the package is applied as it is. `url` may be the serving role's."""
    files = load_migrations(package)
    connection = await asyncpg.connect(url, timeout=_CONNECT_SECONDS)
    try:
        applied = await _applied(connection, files)
    except asyncpg.UndefinedTableError:
        applied = 0
    finally:
        await connection.close(timeout=_CONNECT_SECONDS)
    if applied < len(files):
        raise MigrationError(f"{len(files) - applied} migration(s) are not applied; run migrate first")


def _filled_in(file: Migration, variables: Mapping[str, str]) -> str:
    unknown = set(_VARIABLE.findall(file.sql)) - set(variables)
    if unknown:
        raise MigrationError(f"{file.file_name}: unknown variable {', '.join(sorted(unknown))}")
    return _VARIABLE.sub(lambda matched: variables[matched[1]], file.sql)


def reader_of(app_role: str) -> str:
    """The role without login that the serving role takes to read for callers: `ledger_reader` of `ledger_app`."""
    return f"{app_role.removesuffix('_app')}_reader"


def _quoted(identifier: str) -> str:
    if not identifier or "\x00" in identifier:
        raise MigrationError("a role name is empty or holds a zero byte")
    return '"' + identifier.replace('"', '""') + '"'
