"""A database that shows each rpc the rows of its scope alone, whatever its statements ask for.

Its connections take a role that may only read, and that row security binds to the settings `loyalty.programs`,
`loyalty.brands`, `loyalty.regions` and `loyalty.locations`. A connection keeps them from one loan to the next and is
told again only if the next caller's differ; without them, or outside of an rpc, there are no rows.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import SecretStr

from chassis.runtime.migrations import reader_of
from chassis.runtime.postgres import TRANSACTION_TIMEOUT_MS, Connection, Database, Row, open_pool
from chassis.runtime.scope import Scope, current_scope
from chassis.runtime.settings import user_of
from chassis.runtime.statements import Statement

_TELL = Statement(
    "set_scope",
    "SELECT set_config('loyalty.programs', $1, false), set_config('loyalty.brands', $2, false),"
    " set_config('loyalty.regions', $3, false), set_config('loyalty.locations', $4, false)",
)


class _Scoped(asyncpg.Connection):
    """Remembers the scope it was told; None: not known, as at first and after a telling that broke off."""

    __slots__ = ("scope",)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.scope: Scope | None = None

    def note_scope(self, scope: Scope | None) -> None:
        """What it was told."""
        self.scope = scope


class GuardedDatabase(Database):
    """See the head of the file. It is told outside of any transaction, so that no rollback takes it back."""

    async def _prepare(self, raw: "PoolConnectionProxy[Row]") -> None:
        wanted, scoped = current_scope(), _scoped(raw)
        if scoped.scope == wanted:
            return
        scoped.note_scope(None)
        told = (wanted.programs, wanted.brands, wanted.regions, wanted.locations)
        await Connection(raw).fetchrow(_TELL, *told)
        scoped.note_scope(wanted)


def _scoped(raw: Any) -> _Scoped:
    """The connection behind a loan: what is not asyncpg's own goes through to it."""
    connection: _Scoped = raw.note_scope.__self__
    return connection


@asynccontextmanager
async def open_guarded_database(
    url: SecretStr, *, application_name: str, pool_size: int, transaction_timeout_ms: int = TRANSACTION_TIMEOUT_MS
) -> AsyncIterator[GuardedDatabase]:
    """As `open_database`, as the reading role of the URL's user."""
    async with open_pool(
        url,
        application_name=f"{application_name}-reads",
        pool_size=pool_size,
        transaction_timeout_ms=transaction_timeout_ms,
        connection_class=_Scoped,
        session={"role": reader_of(user_of(url))},
    ) as pool:
        yield GuardedDatabase(pool)
