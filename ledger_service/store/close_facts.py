"""What is still open in a program; see `use_cases.close_ports.OpenBusiness`."""

from collections.abc import Mapping
from datetime import UTC, datetime

from chassis.runtime.postgres import Database, Row
from chassis.values.integers import checked
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.close import CloseFacts, OpenDocuments, OpenPoints
from ledger_service.store.statements import SQL

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


class PostgresOpenBusiness:
    """On connections for statements that may read much of a program."""

    def __init__(self, history: Database) -> None:
        self._history = history

    async def facts(self, program: str, now: datetime | None) -> CloseFacts:
        """Everything in one snapshot: that is exactly what the heads in it say is in the log."""
        async with self._history.transaction(isolation="repeatable_read", readonly=True) as connection:
            heads = await connection.fetch(SQL.read_heads)
            time = now or await connection.fetchval(SQL.program_time, program) or _LONG_AGO
            documents = {row["kind"]: row for row in await connection.fetch(SQL.count_open_documents, program)}
            points = {row["kind"]: row for row in await connection.fetch(SQL.count_open_points, program, time)}
        return CloseFacts(
            up_to=tuple(LogPosition(row["partition"], row["position"]) for row in heads),
            parked_returns=_documents(documents, "return"),
            announced_returns=_points(points, "return"),
            holds=_points(points, "authorization"),
            debts=_points(points, "debt"),
            pending=_points(points, "pending"),
            proposed_adjustments=_documents(documents, "adjustment"),
            transfers=_documents(documents, "transfer"),
        )


def _documents(rows: Mapping[str, Row], kind: str) -> OpenDocuments:
    row = rows.get(kind)
    return (
        OpenDocuments(0, None, ())
        if row is None
        else OpenDocuments(row["documents"], row["oldest"], tuple(row["first_ids"]))
    )


def _points(rows: Mapping[str, Row], kind: str) -> OpenPoints:
    row = rows.get(kind)
    return OpenPoints(0, 0) if row is None else OpenPoints(row["places"], checked(row["points"], f"points.{kind}"))
