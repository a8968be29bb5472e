"""PostgreSQL: a pool, statements by name with a span each, transactions, and what a lost connection means."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from opentelemetry.trace import SpanKind
from pydantic import SecretStr

from chassis.runtime import telemetry
from chassis.runtime.budget import within_budget
from chassis.runtime.reasons import unavailable
from chassis.runtime.statements import Statement

Row = asyncpg.Record
Isolation = Literal["read_committed", "repeatable_read", "serializable"]
T = TypeVar("T")

STATEMENT_TIMEOUT_MS = 10_000
LOCK_TIMEOUT_MS = 5_000
IDLE_IN_TRANSACTION_MS = 5_000
TRANSACTION_TIMEOUT_MS = 15_000
"""A session that stops between preparing a statement and running it is not idle to the server, and no statement of it
is overdue. Only this ends its transaction and frees what it has locked."""
_TRANSACTION_TIMEOUT_SINCE = 17
ACQUIRE_SECONDS = 5.0
CONNECT_SECONDS = 5.0
RETRIES = 5

_DATABASE = "database"
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    # What asyncpg says when a session has been ended and its socket has not told yet.
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
_RETRIABLE = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


class Connection:
    """One connection, for as long as it is lent. Every method names a statement; none takes loose SQL."""

    __slots__ = ("_raw",)

    def __init__(self, raw: "PoolConnectionProxy[Row]") -> None:
        self._raw = raw

    async def fetch(self, statement: Statement, *arguments: object) -> list[Row]:
        """All rows."""
        with _run(self._raw, statement):
            return await self._raw.fetch(statement.sql, *arguments)

    async def fetchrow(self, statement: Statement, *arguments: object) -> Row | None:
        """The first row, or None."""
        with _run(self._raw, statement):
            return await self._raw.fetchrow(statement.sql, *arguments)

    async def fetchval(self, statement: Statement, *arguments: object) -> Any:
        """The first column of the first row, or None."""
        with _run(self._raw, statement):
            return await self._raw.fetchval(statement.sql, *arguments)

    async def execute(self, statement: Statement, *arguments: object) -> int:
        """Run it and return how many rows it touched (0 for a statement that touches none)."""
        with _run(self._raw, statement):
            status = await self._raw.execute(statement.sql, *arguments)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def executemany(self, statement: Statement, arguments: Sequence[Sequence[object]]) -> None:
        """Run it once per row of arguments, in one round trip."""
        with _run(self._raw, statement):
            await self._raw.executemany(statement.sql, arguments)


class Database:
    """A service's database. A lost, refused or overdue connection is refused as UNAVAILABLE wherever it shows;
    constraint violations and other errors of SQL pass as asyncpg raises them."""

    def __init__(self, pool: "asyncpg.Pool[Row]") -> None:
        self._pool = pool

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """A connection for statements that commit one by one."""
        async with self._lent() as raw:
            yield Connection(raw)

    @asynccontextmanager
    async def transaction(
        self, *, isolation: Isolation = "read_committed", readonly: bool = False
    ) -> AsyncIterator[Connection]:
        """A connection inside a transaction: commits at the end of the block, rolls back if it raises."""
        async with self._lent() as raw:
            transaction = raw.transaction(isolation=isolation, readonly=readonly)
            with _away_is_unavailable(raw):
                await transaction.start()
            try:
                yield Connection(raw)
            except BaseException:
                # On a connection that is gone there is nothing to roll back, and the first error is the one to tell.
                with suppress(Exception):
                    await transaction.rollback()
                raise
            with _away_is_unavailable(raw):
                await transaction.commit()

    async def in_transaction(
        self, work: Callable[[Connection], Awaitable[T]], *, isolation: Isolation = "read_committed"
    ) -> T:
        """Run `work` in a transaction, and again from the start if the database gave it up (40001, 40P01), at most
        five times; then it is refused as UNAVAILABLE. `work` must have no effect but in the transaction."""
        for attempt in range(RETRIES):
            if attempt:
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
            try:
                async with self.transaction(isolation=isolation) as connection:
                    return await work(connection)
            except _RETRIABLE:
                continue
        raise unavailable(_DATABASE)

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator["PoolConnectionProxy[Row]"]:
        raw = await self._borrowed()
        try:
            yield raw
        finally:
            await self._give_back(raw)

    async def _borrowed(self) -> "PoolConnectionProxy[Row]":
        with _away_is_unavailable():
            return await self._pool.acquire(timeout=within_budget(ACQUIRE_SECONDS))

    async def _give_back(self, raw: "PoolConnectionProxy[Row]") -> None:
        # One that is gone cannot be reset; the pool has dropped it, and what was asked of it is answered.
        with suppress(*_AWAY, asyncpg.InterfaceError):
            await self._pool.release(raw)

    async def fetch(self, statement: Statement, *arguments: object) -> list[Row]:
        """All rows, on any connection."""
        async with self.acquire() as connection:
            return await connection.fetch(statement, *arguments)

    async def fetchrow(self, statement: Statement, *arguments: object) -> Row | None:
        """The first row or None, on any connection."""
        async with self.acquire() as connection:
            return await connection.fetchrow(statement, *arguments)

    async def fetchval(self, statement: Statement, *arguments: object) -> Any:
        """The first column of the first row or None, on any connection."""
        async with self.acquire() as connection:
            return await connection.fetchval(statement, *arguments)


@asynccontextmanager
async def open_database(
    url: SecretStr,
    *,
    application_name: str,
    pool_size: int,
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
    transaction_timeout_ms: int = TRANSACTION_TIMEOUT_MS,
    whole_history: bool = False,
) -> AsyncIterator[Database]:
    """A pool of at most `pool_size` connections, opened as they are needed. Raises UNAVAILABLE if the first one
    cannot be made.

    `whole_history` is for statements that join whole tables: they hash, instead of looking each row up. Transactions
    of many statements need a longer `transaction_timeout_ms`; 0: no bound, for those that lock nothing.
    """
    async with open_pool(
        url,
        application_name=application_name,
        pool_size=pool_size,
        statement_timeout_ms=statement_timeout_ms,
        transaction_timeout_ms=transaction_timeout_ms,
        whole_history=whole_history,
    ) as pool:
        yield Database(pool)


@asynccontextmanager
async def open_pool(
    url: SecretStr,
    *,
    application_name: str,
    pool_size: int,
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
    transaction_timeout_ms: int = TRANSACTION_TIMEOUT_MS,
    whole_history: bool = False,
    connection_class: "type[asyncpg.Connection[Row]]" = asyncpg.Connection,
    session: Mapping[str, str] = _NO_SETTINGS,
) -> AsyncIterator["asyncpg.Pool[Row]"]:
    """As `open_database`; `session` are more settings that every connection begins with."""
    with _away_is_unavailable():
        pool = await asyncpg.create_pool(
            url.get_secret_value(),
            connection_class=connection_class,
            min_size=1,
            max_size=pool_size,
            timeout=CONNECT_SECONDS,
            init=partial(_bound_transactions, transaction_timeout_ms),
            reset=_keep_as_it_is,
            # The server ends a statement first; this is for a server that no longer answers at all.
            command_timeout=statement_timeout_ms / 1000 + 2,
            server_settings={
                "application_name": application_name,
                "statement_timeout": str(statement_timeout_ms),
                "lock_timeout": str(LOCK_TIMEOUT_MS),
                "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
                # Statements are named, few and prepared; planning a large one anew costs as much as running it.
                "plan_cache_mode": "force_generic_plan",
                # Compiling a statement takes longer than running one that reads what belongs to one member.
                "jit": "on" if whole_history else "off",
                # A table that was filled a moment ago has no statistics, and looks small to the planner.
                "enable_nestloop": "off" if whole_history else "on",
                **session,
            },
        )
    try:
        yield pool
    finally:
        await _close(pool)


async def _bound_transactions(milliseconds: int, connection: "asyncpg.Connection[Row]") -> None:
    """Servers before PostgreSQL 17 do not know the setting, so it is not among those of the connection."""
    if connection.get_server_version().major >= _TRANSACTION_TIMEOUT_SINCE:
        await connection.execute(f"SET transaction_timeout = {milliseconds}")


async def _keep_as_it_is(_connection: object) -> None:
    """Our statements leave nothing behind in a session (no settings, cursors, listeners or session locks), and
    asking the server to reset it would cost a round trip each time a connection is given back."""


async def _close(pool: "asyncpg.Pool[Row]") -> None:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await pool.close()
    except TimeoutError:
        pool.terminate()


@contextmanager
def _away_is_unavailable(raw: "PoolConnectionProxy[Row] | None" = None) -> Iterator[None]:
    """asyncpg says InterfaceError for a closed connection and for wrong arguments alike; only the first is away."""
    try:
        yield
    except _AWAY as error:
        if raw is not None and isinstance(error, TimeoutError):
            # The server ends an overdue statement first. This one is silent, and would answer no rollback either.
            with suppress(asyncpg.InterfaceError):
                raw.terminate()
        raise unavailable(_DATABASE) from error
    except asyncpg.InterfaceError as error:
        if raw is not None and not is_gone(raw):
            raise
        raise unavailable(_DATABASE) from error


def is_gone(raw: "PoolConnectionProxy[Row]") -> bool:
    """Whether a connection has been closed."""
    try:
        return raw.is_closed()
    except asyncpg.InterfaceError:
        # The pool took it back by itself when it noticed that the session had ended.
        return True


@contextmanager
def _run(raw: "PoolConnectionProxy[Row]", statement: Statement) -> Iterator[None]:
    with _away_is_unavailable(raw):
        if not telemetry.is_recording():
            yield
            return
        attributes = {"db.system.name": "postgresql", "db.query.summary": statement.name}
        with telemetry.span(statement.name, attributes, kind=SpanKind.CLIENT):
            yield
