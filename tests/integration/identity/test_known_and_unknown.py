"""An identifier that nobody has costs what one costs that somebody has."""

import statistics
import time
from typing import Any

import pytest

from chassis.runtime.postgres import Database
from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.integration.identity.calls import card, enroll, question
from tests.integration.identity.house import House, open_house
from tests.support.servers import Databases

MEASURED = 600
BESIDE = {"read_pending"}
"""What workers ask meanwhile."""


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the statements that run, less those that keep counts beside the calls."""
    ran: list[str] = []

    def counting(method: Any) -> Any:
        async def counted(self: Database, statement: Any, *arguments: Any) -> Any:
            if statement.name not in BESIDE:
                ran.append(statement.name)
            return await method(self, statement, *arguments)

        return counted

    for name in ("fetch", "fetchrow"):
        monkeypatch.setattr(Database, name, counting(getattr(Database, name)))
    return ran


async def test_both_take_the_same_statements(house: House, statements: list[str]) -> None:
    async with house.stub("asker", roles=("POS",)) as till:
        await till.EnrollMember(enroll(card("COST1")))
        statements.clear()
        await till.ResolveMember(question(card("COST1")))
        known = list(statements)
        statements.clear()
        with pytest.raises(Refusal):
            await till.ResolveMember(question(card("COST2")))
    assert statements == known == ["find_members"]


@pytest.mark.soak
async def test_both_take_the_same_time(
    servers: LocalStack, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In turn, each identifier once, so that nothing is remembered; the ratio of the medians is printed."""
    monkeypatch.setenv("IDENTITY_MISSED_LOOKUPS_PER_CALLER_A_MINUTE", "1000000")
    async with (
        databases.fresh("identity") as database,
        open_house(servers, database, ("grove",)) as house,
        house.stub("asker", roles=("POS",)) as till,
    ):
        for start in range(0, MEASURED, 10):
            await till.EnrollMember(enroll(*(card(f"KNOWN{n}") for n in range(start, start + 10))))
        took: dict[str, list[float]] = {"KNOWN": [], "NOBODY": []}
        for n in range(MEASURED):
            for name in sorted(took, reverse=n % 2 == 0):
                began = time.perf_counter()
                try:
                    await till.ResolveMember(question(card(f"{name}{n}")))
                except Refusal:
                    assert name == "NOBODY"
                took[name].append(time.perf_counter() - began)
        known, unknown = (statistics.median(took[name][50:]) for name in ("KNOWN", "NOBODY"))
        print(f"known {known * 1e6:.0f} µs, unknown {unknown * 1e6:.0f} µs, ratio {unknown / known:.3f}")
        assert 0.7 < unknown / known < 1.4
