"""Commands of different members commute: only the order within a wallet counts (I5)."""

from collections import defaultdict, deque
from random import Random

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import Command
from tests.property.ledger.twin import Done, Twin, snapshot
from tests.support.pure_ledger import PureLedger


def history(seed: int) -> Twin:
    twin = Twin(Random(seed).randint)
    for _ in range(120):
        twin.act()
    return twin


def reason_of(ledger: PureLedger, command: Command) -> str:
    """Why it is refused; empty if it is carried out."""
    try:
        ledger.run(command)
    except Refusal as refusal:
        return refusal.reason
    return ""


def replayed(done: list[Done]) -> PureLedger:
    """The commands once more, each at its own time."""
    ledger = PureLedger()
    for one in done:
        ledger.now = one.now
        assert reason_of(ledger, one.command) == one.reason
    return ledger


def reordered(done: list[Done], random: Random) -> list[Done]:
    """Another order of all commands that keeps each member's own."""
    of_member: dict[MemberKey, deque[Done]] = defaultdict(deque)
    for one in done:
        of_member[one.command.origin.wallet].append(one)
    turns = [one.command.origin.wallet for one in done]
    random.shuffle(turns)
    return [of_member[turn].popleft() for turn in turns]


@pytest.mark.parametrize("seed", range(5))
def test_a_replay_ends_in_the_same_state(seed: int) -> None:
    twin = history(seed)
    assert snapshot(replayed(twin.done).state) == snapshot(twin.pure.state)


@pytest.mark.parametrize("seed", range(5))
def test_a_replay_writes_the_same_events(seed: int) -> None:
    twin = history(seed)
    assert replayed(twin.done).events == twin.pure.events


@pytest.mark.parametrize("seed", range(5))
def test_commands_of_different_members_commute(seed: int) -> None:
    twin = history(seed)
    other = replayed(reordered(twin.done, Random(seed)))
    assert snapshot(other.state) == snapshot(twin.pure.state)
