"""Whatever the ledger's contract knows is booked: no type, kind or cause stops a partition."""

from loyalty.settlement.v1 import settlement_service_pb2 as messages

from tests.integration.settlement.house import House
from tests.property.settlement.model import PROGRAM
from tests.unit.settlement.every import every_event


async def test_every_event_of_the_contract_is_booked(house: House) -> None:
    events = list(every_event())
    await house.post(events)
    async with house.sql() as connection:
        assert await connection.fetchval("SELECT count(*) FROM parked_event") == 0
        assert await connection.fetchval("SELECT position FROM log_cursor WHERE partition = 0") == len(events)


async def test_the_books_of_every_event_hold_and_agree_with_the_ledger(house: House) -> None:
    await house.post(every_event())
    assert {check.invariant: check.violations for check in await house.checks() if check.violations} == {}
    async with house.stub() as stub:
        answer = await stub.ReconcileLedger(
            messages.ReconcileLedgerRequest(program_id=PROGRAM, at_least=house.ledger.head)
        )
    assert list(answer.differences) == []
