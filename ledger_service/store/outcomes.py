"""The directories of request ids and documents: what was asked under a key and what became of it."""

from collections.abc import Sequence

from chassis.runtime.batcher import Batcher
from chassis.runtime.postgres import Database, Row
from ledger_service.domain import refusals
from ledger_service.domain.commands import RequestKey
from ledger_service.store import codec
from ledger_service.store.statements import SQL
from ledger_service.use_cases.ports import Outcome, PostedDocument


class PostgresOutcomes:
    """See `use_cases.ports.Outcomes`. Look-ups of concurrent calls share a statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._requests: Batcher[bytes, Row | None] = Batcher("requests", self._find_requests, max_size=500)
        self._documents: Batcher[bytes, Row | None] = Batcher("documents", self._find_documents, max_size=500)

    async def of_request(self, request: RequestKey, request_id: str) -> Outcome | None:
        """The kept outcome of a request id; raises the kept refusal or REQUEST_ID_REUSED."""
        row = await self._requests.submit(request.key)
        if row is None:
            return None
        if row["fingerprint"] != request.fingerprint:
            raise refusals.request_id_reused(request_id)
        if row["type"] is None and row["refusal"] is None:
            # A correction that was planned or applied: no command, so nothing of it is kept here.
            return None
        if row["refusal"] is not None:
            raise codec.decode_refusal(row["refusal"])
        return Outcome(codec.decode_answer(row["type"], row["answer"]), replayed=True)

    async def of_document(self, key: bytes) -> PostedDocument | None:
        """A posted document."""
        row = await self._documents.submit(key)
        if row is None:
            return None
        answer = None if row["answer"] is None else codec.decode_answer(row["type"], row["answer"])
        voided = row["state"] == "VOIDED"
        return PostedDocument(row["fingerprint"], row["program"], row["home"], answer, voided)

    async def _find_requests(self, keys: Sequence[bytes]) -> Sequence[Row | None]:
        found = await self._database.fetch(SQL.find_outcomes, list(set(keys)))
        by_key: dict[bytes, Row] = {row["key"]: row for row in found}
        return [by_key.get(key) for key in keys]

    async def _find_documents(self, keys: Sequence[bytes]) -> Sequence[Row | None]:
        found = await self._database.fetch(SQL.find_documents, list(set(keys)))
        by_key: dict[bytes, Row] = {row["key"]: row for row in found if row["key"] == row["asked"]}
        return [by_key.get(key) for key in keys]
