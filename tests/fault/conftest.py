"""A mesh of its own for the faults, as durable as in earnest; the seed; and what was counted, printed at the end."""

import os
import secrets
from collections.abc import AsyncIterator
from random import Random

import pytest
import pytest_asyncio

from deploy.local.ports import Ports
from deploy.local.scratch import scratch_directory
from deploy.local.services import SERVICES
from deploy.local.settings import StackSettings
from deploy.local.stack import LocalStack
from tests.fault.cut_ledger import CutLedger, cut_ledger_in
from tests.fault.many_ledgers import LEDGERS, Shoppers, shoppers_in, until_shared
from tests.support.servers import throwaway_stack

COUNTED = pytest.StashKey[list[str]]()
SEED_VARIABLE = "FAULT_SEED"


@pytest.fixture
def counted(pytestconfig: pytest.Config) -> list[str]:
    """Lines added here are printed when all tests are done."""
    return pytestconfig.stash.setdefault(COUNTED, [])


@pytest.fixture
def random(counted: list[str], request: pytest.FixtureRequest) -> Random:
    """Choices that can be repeated: the seed is printed, and FAULT_SEED sets it."""
    seed = os.environ.get(SEED_VARIABLE) or secrets.token_hex(4)
    counted.append(f"{request.node.name}: {SEED_VARIABLE}={seed}")
    return Random(f"{seed} {request.node.name}")


@pytest_asyncio.fixture(scope="session")
async def victim() -> AsyncIterator[LocalStack]:
    """The mesh whose processes are killed. In plain text, since some tests read and cut its calls on their way."""
    with scratch_directory() as directory:
        settings = StackSettings(data_dir=directory / "stack", ports=Ports.free(), durable=True, plaintext=True)
        async with LocalStack(settings) as stack:
            yield stack


@pytest_asyncio.fixture(scope="module")
async def cut_ledger(victim: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CutLedger]:
    """The same mesh with its ledger behind relays, and a program of its own."""
    program, records = f"cuts-{secrets.token_hex(3)}", tmp_path_factory.mktemp("records")
    async with cut_ledger_in(victim, program, records) as cut_ledger:
        yield cut_ledger


@pytest_asyncio.fixture(scope="session")
async def three_ledgers() -> AsyncIterator[LocalStack]:
    """The mesh with three ledger processes over one database."""
    async with throwaway_stack(*SERVICES, ledgers=len(LEDGERS)) as stack:
        yield stack


@pytest_asyncio.fixture(scope="session")
async def program_of_three(three_ledgers: LocalStack) -> AsyncIterator[Shoppers]:
    """A program with a till at each of the three ledgers."""
    async with shoppers_in(three_ledgers, "shared") as shoppers:
        yield shoppers


@pytest_asyncio.fixture
async def shoppers(program_of_three: Shoppers) -> Shoppers:
    """The same, with every process owning its share of the lanes."""
    await until_shared(program_of_three.stack)
    return program_of_three


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints what was counted."""
    lines = config.stash.get(COUNTED, [])
    if lines:
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)
