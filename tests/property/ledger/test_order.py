"""Only the order within a wallet, and among commands that name the same thing, counts; what is refused leaves no trace
(I4, I5)."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import Command, PostReturn, ReceiveTransfer, SendTransfer
from ledger_service.domain.order import order_id_of
from tests.property.ledger.machine.driver import Driver
from tests.property.ledger.machine.steps import Done, snapshot
from tests.property.ledger.machine.world import WholeLedger, World

SEEDS = range(5)


def history(seed: int) -> World:
    world = World(Random(seed).randint)
    driver = Driver(world)
    for _ in range(300):
        driver.act()
    return world


def reason_of(ledger: WholeLedger, command: Command) -> str:
    """Why it is refused; empty if it is carried out. A return that is parked is found by the sales it waits for."""
    try:
        ledger.run(command)
    except Refusal as refusal:
        return refusal.reason
    if isinstance(command, PostReturn):
        for awaited in command.awaited:
            order_id = order_id_of(ledger.program, awaited.sale)
            ledger.state.parked[order_id] = (*ledger.state.parked.get(order_id, ()), awaited.return_id)
    return ""


def replayed(done: Sequence[Done]) -> WholeLedger:
    """The commands once more, each at its own time."""
    ledger = WholeLedger()
    for one in done:
        ledger.now = one.now
        assert reason_of(ledger, one.command) == one.reason
    return ledger


def named(command: Command) -> set[object]:
    """What a command shares with others: its wallet, sales, and transfers."""
    things: set[object] = {command.origin.wallet, *(order_id for order_id, _ in command.touches.sales)}
    order = getattr(command, "order", None)
    if order is not None:
        things.add(order.order_id)
    if isinstance(command, PostReturn):
        things |= {order_id_of(command.origin.program, awaited.sale) for awaited in command.awaited}
    if isinstance(command, SendTransfer):
        things.add(command.transfer_id)
    if isinstance(command, ReceiveTransfer):
        things.add(command.transfer.transfer_id)
    return things


def reordered(done: Sequence[Done], random: Random) -> list[Done]:
    """Another order of all commands, in which those that share something keep theirs."""
    behind: dict[int, set[int]] = defaultdict(set)
    waits = [0] * len(done)
    last: dict[object, int] = {}
    for place, one in enumerate(done):
        before = {last[thing] for thing in named(one.command) if thing in last}
        waits[place] = len(before)
        for earlier in before:
            behind[earlier].add(place)
        last |= dict.fromkeys(named(one.command), place)
    free = [place for place, count in enumerate(waits) if count == 0]
    order: list[Done] = []
    while free:
        place = free.pop(random.randrange(len(free)))
        order.append(done[place])
        for later in sorted(behind[place]):
            waits[later] -= 1
            if waits[later] == 0:
                free.append(later)
    return order


@pytest.mark.parametrize("seed", SEEDS)
def test_a_replay_ends_in_the_same_state(seed: int) -> None:
    world = history(seed)
    again = replayed(world.done)
    assert snapshot(again.state) == snapshot(world.ledger.state)
    assert again.events == world.ledger.events


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_refused_leaves_no_trace(seed: int) -> None:
    world = history(seed)
    again = replayed([one for one in world.done if one.applied])
    assert snapshot(again.state) == snapshot(world.ledger.state)
    assert again.events == world.ledger.events


@pytest.mark.parametrize("seed", SEEDS)
def test_commands_that_share_nothing_commute(seed: int) -> None:
    world = history(seed)
    order = reordered(world.done, Random(seed))
    assert order != world.done
    assert snapshot(replayed(order).state) == snapshot(world.ledger.state)
