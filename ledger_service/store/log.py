"""The event log as its readers see it."""

from collections.abc import Awaitable, Callable, Sequence

from chassis.runtime.postgres import Database
from ledger_service.domain.answers import LogPosition
from ledger_service.store import codec
from ledger_service.store.statements import SQL
from ledger_service.use_cases.log_ports import StoredEvent


class PostgresLog:
    """See `use_cases.log_ports.Log`. `appended` waits for this process's own appends; others show at the timeout."""

    def __init__(self, database: Database, appended: Callable[[float], Awaitable[None]]) -> None:
        self._database = database
        self._appended = appended

    async def heads(self) -> Sequence[LogPosition]:
        """Where every partition stands."""
        return [LogPosition(row["partition"], row["position"]) for row in await self._database.fetch(SQL.read_heads)]

    async def read(
        self, partition: int, after: int, up_to: int, programs: Sequence[str] | None, limit: int
    ) -> Sequence[StoredEvent]:
        """Events of a partition in order."""
        found = await self._database.fetch(SQL.read_events, partition, after, up_to, programs, limit)
        return [StoredEvent(codec.decode_event(row["payload"]), row["hash"]) for row in found]

    async def appended(self, timeout_seconds: float) -> None:
        """Returns when something was appended, or after the timeout."""
        await self._appended(timeout_seconds)
