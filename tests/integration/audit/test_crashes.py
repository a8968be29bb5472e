"""A process that dies at any statement leaves a whole chain, and of every change that may have happened an intent."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from loyalty.type.v1 import audit_pb2
from loyalty.type.v1 import audit_service_pb2 as messages

from chassis.runtime.audit.log import AuditLog
from chassis.runtime.audit.record import OK, Call, Phase
from chassis.runtime.audit.subjects import IdRules
from chassis.runtime.clock import SystemClock
from chassis.runtime.postgres import Connection, Database, Isolation
from chassis.runtime.statements import Statement
from chassis.values.refusal import Refusal
from tests.integration.audit.keep import House, KeepRequest, KeepResponse
from tests.integration.audit.test_reading import verdict
from tests.support.mortal import Died, Mortal

CALL = Call(method="audittest.v1.KeepService/Change", caller="office", program_id="p1", request_id="r-1")
STATEMENTS = 3
"""Lock the head, append, move the head; the step after the last one is the end of the transaction."""


class MortalWriter(Mortal):
    """Dies also before it appends."""

    async def executemany(self, statement: Statement, arguments: Sequence[Sequence[object]]) -> None:
        self._step()
        await super().executemany(statement, arguments)


class MortalDatabase(Database):
    """Dies once, in its transaction of the given number, at a step of it or at once after its commit."""

    def __init__(self, pool: Database, transaction: int, step: int) -> None:
        super().__init__(pool._pool)
        self.left, self.step = transaction, step

    @asynccontextmanager
    async def transaction(
        self, *, isolation: Isolation = "read_committed", readonly: bool = False
    ) -> AsyncIterator[Connection]:
        self.left -= 1
        mortal = self.left == -1
        async with super().transaction(isolation=isolation, readonly=readonly) as connection:
            yield MortalWriter(connection._raw, self.step) if mortal else connection
        if mortal:
            raise Died


@pytest.mark.parametrize("step", range(STATEMENTS + 1))
@pytest.mark.parametrize("transaction", [0, 1])
async def test_a_change_is_never_without_its_intent(house: House, pool: Database, transaction: int, step: int) -> None:
    changes: list[int] = []
    dying = AuditLog(MortalDatabase(pool, transaction, step), SystemClock(), audit_pb2.audit, IdRules())
    with pytest.raises(Refusal):
        await changing(dying, changes)
    kept = [record.entry.phase for record in await house.records()]
    changed = bool(changes)
    assert changed == (transaction == 1)
    assert (Phase.INTENT in kept) == (changed or step == STATEMENTS)
    assert (Phase.OUTCOME in kept) == (changed and step == STATEMENTS)
    async with house.calling("auditor", roles=["SERVICE"]) as (keep, log):
        await keep.Change(KeepRequest(program_id="p1", request_id="r-1"))
        assert (await verdict(log)).broken_number == 0


async def test_a_change_whose_process_died_is_listed_as_unfinished(house: House) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def dies(_request: object) -> object:
        begun.set()
        await never.wait()
        return KeepResponse()

    async with house.calling("auditor", roles=["SERVICE"]) as (keep, log):
        await keep.Change(KeepRequest(program_id="p1", request_id="done"))
        house.keeper.answer = dies
        call = asyncio.ensure_future(_await(keep.Change(KeepRequest(program_id="p1", request_id="lost"))))
        await begun.wait()
        request = messages.ListAuditRecordsRequest(program_id="p1", unfinished_only=True)
        unfinished = (await log.ListAuditRecords(request)).records
        never.set()
        await call
    assert [(record.request_id, record.caller) for record in unfinished] == [("lost", "auditor")]


async def changing(audit: AuditLog, changes: list[int]) -> None:
    """What the interceptor does around a change."""
    intent = await audit.write(Phase.INTENT, CALL)
    changes.append(intent.link.number)
    await audit.write(Phase.OUTCOME, CALL, OK, intent.link.number)


async def _await(call: object) -> object:
    return await call  # type: ignore[misc]
