"""Histories of the whole machine over real servers: every command hears what the state machine says, in batches of 1, 7
and 250; the log is the same to the byte, and every checker holds."""

import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from ledger_service.store import codec
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.house import Heard, crowd, rows_of
from tests.property.ledger.machine.histories import batches, crowds
from tests.property.ledger.machine.steps import Done
from tests.property.ledger.machine.world import World
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

SIZES = (1, 7, 250)


@pytest.fixture(scope="module")
def history() -> World:
    return crowds(11, 12, 50)


@pytest.mark.parametrize("size", SIZES)
async def test_a_history_is_the_state_machines(databases: Databases, redis_url: str, history: World, size: int) -> None:
    clock = ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, clock=clock, batch_size=size) as engine,
    ):
        heard: list[Heard] = []
        # Those that share a key of the directory would come again behind others of their moment.
        for together in batches(history.done, len(history.done)):
            clock.set(together[0].now)
            heard += await crowd(engine, [one.command for one in together])
        events = await rows_of(database, "SELECT payload FROM event ORDER BY position")
        broken = [check.description for check in await engine.broken("prg")]
    pairs = enumerate(zip(heard, history.done, strict=True))
    assert [(number, told, one.reason) for number, (told, one) in pairs if not fits(told, one)] == []
    assert [payload for (payload,) in events] == [codec.encode(event) for event in history.ledger.events]
    assert broken == []


def fits(heard: Heard, one: Done) -> bool:
    """True if that is what the state machine says; of what it refuses the directory may have known earlier that a sale
    was claimed, or a document posted."""
    if one.applied is not None:
        return isinstance(heard, Outcome) and heard.answer == one.applied.answer
    if isinstance(heard, Refusal):
        return heard.reason in (one.reason, "OVERTAKEN", "ORDER_CONFLICT")
    return isinstance(heard, Outcome) and heard.replayed
