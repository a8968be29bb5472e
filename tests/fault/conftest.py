"""A mesh of its own for the faults, as durable as in earnest; the seed; and what was counted, printed at the end."""

import os
import secrets
from collections.abc import AsyncIterator
from random import Random

import pytest
import pytest_asyncio

from deploy.local.ports import Ports
from deploy.local.scratch import scratch_directory
from deploy.local.settings import StackSettings
from deploy.local.stack import LocalStack

# Its assertions shall say what differs, like those of a test.
pytest.register_assert_rewrite("tests.fault.rounds")

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
    """The mesh whose processes are killed."""
    with scratch_directory() as directory:
        settings = StackSettings(data_dir=directory / "stack", ports=Ports.free(), durable=True)
        async with LocalStack(settings) as stack:
            yield stack


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints what was counted."""
    lines = config.stash.get(COUNTED, [])
    if lines:
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)
