"""A database that shows each rpc the rows of its scope alone, whatever its statements ask for.

Its connections take a role that may only read, and that row security binds to the settings `loyalty.programs`,
`loyalty.brands`, `loyalty.regions`, `loyalty.locations` and `loyalty.entities`. A connection keeps them from one loan
to the next, and whoever comes is lent one that was told his already: telling costs a round trip, nearly as much as a
read itself. Without them, or outside of an rpc, there are no rows.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import SecretStr

from chassis.runtime.migrations import reader_of
from chassis.runtime.postgres import TRANSACTION_TIMEOUT_MS, Connection, Database, Row, is_gone, open_pool
from chassis.runtime.scope import Scope, current_scope
from chassis.runtime.settings import user_of
from chassis.runtime.statements import Statement

_TELL = Statement(
    "set_scope",
    "SELECT set_config('loyalty.programs', $1, false), set_config('loyalty.brands', $2, false),"
    " set_config('loyalty.regions', $3, false), set_config('loyalty.locations', $4, false),"
    " set_config('loyalty.entities', $5, false)",
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
    """See the head of the file. Connections that come back well are kept here by what they were told, and go to the
    pool only if somebody waits there. When all are out or kept, the next scope takes one that was kept longest."""

    def __init__(self, pool: "asyncpg.Pool[Row]") -> None:
        super().__init__(pool)
        self._kept: OrderedDict[Scope, list[PoolConnectionProxy[Row]]] = OrderedDict()
        self._out = 0
        """Connections that the pool has lent, the kept ones among them, and callers who wait for one."""

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator["PoolConnectionProxy[Row]"]:
        wanted = current_scope()
        raw = await self._take(wanted)
        try:
            await _tell(raw, wanted)
            yield raw
        except BaseException:
            # What is still under way on it, the pool waits for.
            await self._give_back(raw)
            raise
        if self._out > self._pool.get_max_size():
            await self._give_back(raw)
        else:
            self._kept.setdefault(wanted, []).append(raw)
            self._kept.move_to_end(wanted)

    async def _take(self, wanted: Scope) -> "PoolConnectionProxy[Row]":
        while wanted in self._kept or (self._kept and self._out >= self._pool.get_max_size()):
            raw = self._pick(wanted if wanted in self._kept else next(iter(self._kept)))
            if not is_gone(raw):
                return raw
            await self._give_back(raw)
        self._out += 1
        try:
            return await self._borrowed()
        except BaseException:
            self._out -= 1
            raise

    def _pick(self, scope: Scope) -> "PoolConnectionProxy[Row]":
        several = self._kept[scope]
        if len(several) == 1:
            del self._kept[scope]
        return several.pop()

    async def _give_back(self, raw: "PoolConnectionProxy[Row]") -> None:
        self._out -= 1
        await super()._give_back(raw)

    async def close(self) -> None:
        """Gives back what is kept, so that the pool can close."""
        while self._kept:
            await self._give_back(self._pick(next(iter(self._kept))))


async def _tell(raw: "PoolConnectionProxy[Row]", wanted: Scope) -> None:
    """Outside of any transaction, so that no rollback takes it back."""
    scoped = _scoped(raw)
    if scoped.scope == wanted:
        return
    scoped.note_scope(None)
    await Connection(raw).fetchrow(_TELL, *wanted.kinds)
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
        database = GuardedDatabase(pool)
        try:
            yield database
        finally:
            await database.close()
