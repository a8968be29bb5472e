"""Histories of the whole machine, to be decided again elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from random import Random

from ledger_service.domain.commands import BaseCommand
from ledger_service.domain.slice import Slice
from tests.property.ledger.machine.driver import Driver
from tests.property.ledger.machine.steps import Done
from tests.property.ledger.machine.world import World
from tests.property.ledger.partial import PartialLedger

BOUNDS = ("next_expire_time", "pending_until", "next_hold_time")
"""What a wallet says of the times to look again depends on how much was at hand."""

KEPT = (
    "chains",
    "accruals",
    "burns",
    "orders",
    "order_accruals",
    "returned",
    "returns",
    "redemptions",
    "holds",
    "adjustments",
    "transfers",
)


def crowds(seed: int, times: int, commands: int) -> World:
    """So many times so many commands at one moment, with time passing in between."""
    world = World(Random(seed).randint, idle_sweeps=False)
    driver = Driver(world)
    for _ in range(times):
        for _ in range(commands):
            driver.command()
        driver.wait()
    return world


def batches(done: Sequence[Done], largest: int, whenever: bool = False) -> Iterator[list[Done]]:
    """Commands in order, at most so many at once; those of one moment unless `whenever`. No two of a batch share a key
    of the directory, as a lane sees to it, or name a sale under the homes that it had before and after a claim: who
    names the second one has heard of the first."""
    batch: list[Done] = []
    taken: set[bytes] = set()
    homes: dict[str, str] = {}
    for one in done:
        keys, named = _keys(one.command), dict(one.command.touches.sales)
        moved = any(homes.get(order_id, home) != home for order_id, home in named.items())
        if batch and (len(batch) == largest or (batch[0].now != one.now and not whenever) or keys & taken or moved):
            yield batch
            batch, taken, homes = [], set(), {}
        batch.append(one)
        taken |= keys
        homes |= named
    if batch:
        yield batch


def rows_are(ledger: PartialLedger, world: World) -> None:
    """What is written is what a ledger that has everything at hand has."""
    ours, theirs = ledger.rows, world.ledger.state
    for name in KEPT:
        assert getattr(ours, name) == getattr(theirs, name), name
    assert _wallets(ours) == _wallets(theirs)


def _wallets(state: Slice) -> dict[object, dict[str, object]]:
    return {
        key: {each.name: getattr(wallet, each.name) for each in fields(wallet) if each.name not in BOUNDS}
        for key, wallet in state.wallets.items()
    }


def _keys(command: BaseCommand) -> set[bytes]:
    keys = {entry.key for entry in command.entries}
    return keys | {lock.key for lock in command.locks} | {awaited.key for awaited in command.awaits}
