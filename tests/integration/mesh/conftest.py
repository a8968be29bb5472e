"""Two programs for the session, a sandbox and a live one. Both must tie out after everything that was done to them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import SANDBOX_LINES, Wire, findings_of, open_wire
from tests.support.mesh import Till, open_till

BASKET = PROGRAMS / "worked-basket"


@pytest_asyncio.fixture(scope="session")
async def shop(stack: LocalStack) -> AsyncIterator[Till]:
    """A till in a sandbox program of the worked basket's files."""
    async with open_till(stack, "hostile-sandbox") as till:
        await till.apply(BASKET, "worked-basket")
        await till.known()
        yield till
        assert await findings_of(till) == []


@pytest_asyncio.fixture(scope="session")
async def live_shop(stack: LocalStack) -> AsyncIterator[Till]:
    """A till in a live program of the same files: real clock, limits ahead and late."""
    async with open_till(stack, "hostile-live") as till:
        till.now = datetime.now(UTC)
        await till.apply(BASKET, "worked-basket", {SANDBOX_LINES: ""})
        await till.known()
        yield till
        assert await findings_of(till) == []


@pytest_asyncio.fixture(scope="session")
async def wire(stack: LocalStack) -> AsyncIterator[Wire]:
    """Raw calls."""
    async with open_wire(stack) as wire:
        yield wire


@pytest.fixture
def token(stack: LocalStack) -> str:
    """A token of the sandbox program's till."""
    return stack.token("raw-till", programs=["hostile-sandbox"], roles=["POS"])
