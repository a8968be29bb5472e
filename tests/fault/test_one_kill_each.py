"""Every process of the mesh is killed once under load: the short form of test_kills."""

from pathlib import Path
from random import Random

from deploy.local.stack import LocalStack
from tests.fault.rounds import PROCESSES, Tally, rounds_on


async def test_a_kill_of_each_process_loses_and_doubles_nothing(
    victim: LocalStack, tmp_path: Path, random: Random, counted: list[str]
) -> None:
    async with rounds_on(victim, "kill-each", tmp_path, random) as rounds:
        for process in random.sample(PROCESSES, len(PROCESSES)):
            tally = Tally(process)
            await rounds.round(tally, process)
            counted.append(tally.told())
