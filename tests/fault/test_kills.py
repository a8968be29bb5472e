"""Each process of the mesh is killed at random moments under load, FAULT_ROUNDS times (20 unless set)."""

import os
from pathlib import Path
from random import Random

import pytest

from deploy.local.stack import LocalStack
from tests.fault.many_ledgers import LEDGERS
from tests.fault.rounds import PROCESSES, Tally, rounds_on

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "20"))


@pytest.mark.fault
@pytest.mark.timeout(60 + 30 * ROUNDS)
@pytest.mark.parametrize("process", PROCESSES)
async def test_nothing_acknowledged_is_lost_or_doubled_when_it_is_killed(
    victim: LocalStack, process: str, tmp_path: Path, random: Random, counted: list[str]
) -> None:
    tally = Tally(process)
    async with rounds_on(victim, f"kill-{process}", tmp_path, random) as rounds:
        for _ in range(ROUNDS):
            await rounds.round(tally, process)
        await rounds.everything_again(tally)
    counted.append(tally.told())
    assert tally.kills == ROUNDS


@pytest.mark.fault
@pytest.mark.timeout(60 + 30 * ROUNDS)
async def test_nothing_acknowledged_is_lost_or_doubled_when_all_are_killed_at_once(
    victim: LocalStack, tmp_path: Path, random: Random, counted: list[str]
) -> None:
    tally = Tally("all six")
    async with rounds_on(victim, "kill-all", tmp_path, random) as rounds:
        for _ in range(max(1, ROUNDS // 4)):
            await rounds.round(tally, *PROCESSES)
        await rounds.everything_again(tally)
    counted.append(tally.told())


@pytest.mark.fault
@pytest.mark.timeout(60 + 30 * ROUNDS)
async def test_nothing_acknowledged_is_lost_or_doubled_when_ledgers_of_several_are_killed(
    three_ledgers: LocalStack, tmp_path: Path, random: Random, counted: list[str]
) -> None:
    tally = Tally("ledgers")
    async with rounds_on(three_ledgers, "kill-ledgers", tmp_path, random) as rounds:
        for _ in range(ROUNDS):
            await rounds.round(tally, *random.sample(LEDGERS, random.choice((1, 1, 2, 3))))
        await rounds.everything_again(tally)
    counted.append(tally.told())
