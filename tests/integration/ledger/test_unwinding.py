"""Random histories of spending, returning and restoring come out of the database as the state machine decides them
with everything at hand: whatever the store reads on, it reads enough."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.answers import Answer
from ledger_service.domain.apply import Applied
from ledger_service.domain.commands import Command
from ledger_service.domain.policies import LapsedRestore, ReturnPolicy, SpentPoints
from tests.integration.ledger.house import House
from tests.property.ledger.histories import Merged
from tests.property.ledger.story import Story
from tests.support.pure_ledger import PureLedger

POLICIES = [ReturnPolicy(spent=spent, lapsed=lapsed) for spent in SpentPoints for lapsed in LapsedRestore]


@dataclass
class Recorded(PureLedger):
    """A ledger in memory that keeps what it was told; as `merged` says, of a member with several homes."""

    merged: Merged | None = None
    told: list[tuple[datetime, Command, Answer | str]] = field(default_factory=list)

    def run(self, command: Command) -> Applied:
        """Applies a command and keeps what it heard."""
        changed = self.merged(command) if self.merged else command
        try:
            applied = super().run(changed)
        except Refusal as refusal:
            self.told.append((self.now, changed, refusal.reason))
            raise
        self.told.append((self.now, changed, applied.answer))
        return applied


async def heard_by(house: House, ledger: Recorded) -> list[tuple[Answer | str, Answer | str]]:
    """What the ledger in memory answered, beside what the one in the database does."""
    pairs: list[tuple[Answer | str, Answer | str]] = []
    for now, command, expected in ledger.told:
        house.clock.advance(now - house.clock.now())
        try:
            pairs.append((expected, (await house.engine.keeper.submit(command)).answer))
        except Refusal as refusal:
            pairs.append((expected, refusal.reason))
    return pairs


@pytest.mark.parametrize("homes", ["one home", "three homes"])
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: f"{policy.spent.value}-{policy.lapsed.value}")
async def test_a_random_life_is_the_same_from_the_database(house: House, policy: ReturnPolicy, homes: str) -> None:
    seed = POLICIES.index(policy)
    ledger = Recorded(merged=Merged(seed) if homes == "three homes" else None)
    story = Story(Random(seed).randint, policy, ledger)
    for _ in range(60):
        story.act()
    story.undo()
    assert [pair for pair in await heard_by(house, ledger) if pair[0] != pair[1]] == []
    # Only a merge tells the checker of wallets whose accruals lie in other homes, and nobody merged these.
    assert [one for one in await house.broken() if homes == "one home" or not one.startswith("a wallet's totals")] == []
