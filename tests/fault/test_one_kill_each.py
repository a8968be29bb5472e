"""Half of the mesh's processes are killed once under load, others in every run: the short form of test_kills."""

from pathlib import Path
from random import Random

from deploy.local.stack import LocalStack
from tests.fault.many_ledgers import LEDGERS
from tests.fault.rounds import PROCESSES, Tally, rounds_on


async def test_a_kill_of_any_process_loses_and_doubles_nothing(
    victim: LocalStack, tmp_path: Path, random: Random, counted: list[str]
) -> None:
    async with rounds_on(victim, "kill-each", tmp_path, random) as rounds:
        for process in random.sample(PROCESSES, len(PROCESSES) // 2):
            tally = Tally(process)
            await rounds.round(tally, process)
            counted.append(tally.told())


async def test_a_kill_of_one_of_three_ledgers_loses_and_doubles_nothing(
    three_ledgers: LocalStack, tmp_path: Path, random: Random, counted: list[str]
) -> None:
    async with rounds_on(three_ledgers, "kill-one", tmp_path, random) as rounds:
        tally = Tally("one of three")
        await rounds.round(tally, random.choice(LEDGERS))
        counted.append(tally.told())
