"""Commands that come again, in whatever batches, change nothing (I5): histories of the whole machine through a lane's
batches, over the store in memory that passes the tests of the PostgreSQL store."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from ledger_service.lanes.commit import Decided, commit_batch
from ledger_service.lanes.guard import UNGUARDED
from ledger_service.use_cases.commit_ports import Head
from tests.property.ledger.machine.histories import batches, crowds
from tests.property.ledger.machine.steps import Done
from tests.property.ledger.machine.world import World
from tests.simulation.database import MemoryDatabase
from tests.simulation.store import MemoryBatches

SIZES = (1, 7, 250)
NOT_KEPT = {"OVERTAKEN", "MEMBER_MOVED", "NOTHING_DUE"}
"""Who hears these is to send again and may succeed."""


async def carried_out(world: World, largest: int, random: Random) -> MemoryDatabase:
    """Each batch with some commands that came before. Every command hears what the state machine alone says."""
    database = MemoryDatabase(1)
    store, head = MemoryBatches(database), Head(0, 0, 0, database.heads[0].hash)
    sent: list[Done] = []
    for batch in batches(world.done, largest):
        again = random.sample(sent, min(len(sent), 3))
        commands = [one.command for one in random.choice(((*batch, *again), (*again, *batch)))]
        fences = {command.origin.wallet: UNGUARDED for command in commands}
        decided = await commit_batch(store, head, commands, fences, batch[0].now)
        head = decided.head
        heard_as_before(decided, batch, again)
        sent += [one for one in batch if one.reason not in NOT_KEPT and not overtaken(decided, one)]
    return database


def overtaken(decided: Decided, one: Done) -> bool:
    """True if the directory had it made anew."""
    return any(refused.command == one.command and not refused.kept for refused in decided.refused)


def heard_as_before(decided: Decided, batch: Sequence[Done], again: Sequence[Done]) -> None:
    """New commands are decided as they were; those that came before are found under their keys."""
    applied = {one.command.origin.request.key: one.applied for one in decided.applied}
    refused = {one.command.origin.request.key: one.refusal.reason for one in decided.refused}
    lost = {command.origin.request.key for command in decided.lost}
    for one in batch:
        key = one.command.origin.request.key
        if one.applied is not None:
            assert (applied[key].event, applied[key].answer) == (one.applied.event, one.applied.answer)
        else:
            # The directory knows earlier that a sale was claimed, or a document posted, by somebody else.
            assert key in lost or refused[key] in (one.reason, "OVERTAKEN")
    assert lost >= {one.command.origin.request.key for one in again}


@pytest.mark.parametrize("largest", SIZES)
@pytest.mark.parametrize("seed", range(2))
async def test_commands_that_come_again_change_nothing(seed: int, largest: int) -> None:
    world = crowds(seed, 8, 25)
    database = await carried_out(world, largest, Random(seed))
    state = world.ledger.state
    unfenced = {key: replace(wallet, fence=0) for key, wallet in database.rows.wallets.items()}
    sums = {key: (one.version, one.balance, one.positive, one.held, one.debt) for key, one in unfenced.items()}
    assert sums == {k: (w.version, w.balance, w.positive, w.held, w.debt) for k, w in state.wallets.items()}
    assert database.rows.accruals == state.accruals
    assert database.rows.burns == state.burns
    assert database.rows.redemptions == state.redemptions
    assert database.rows.holds == state.holds
