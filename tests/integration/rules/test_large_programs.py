"""Programs whose change takes longer to plan than a transaction may stand still, and changes that overtake others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from chassis.runtime import postgres
from chassis.runtime.clock import SystemClock
from chassis.runtime.postgres import open_database
from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from rules_service.conditions.cel import CelConditions
from rules_service.domain.change import ChangeRequest
from rules_service.domain.program_file import ProgramFile
from rules_service.store.revision_log import PostgresChangeBook, PostgresRevisionLog
from rules_service.use_cases.apply_program import MOST_TRIES, ApplyProgram
from rules_service.use_cases.follow_revisions import FollowRevisions
from rules_service.use_cases.live_programs import LivePrograms
from rules_service.wire.files import ProgramFiles
from tests.integration.rules.house import apply_request, open_house, small_program
from tests.support.servers import Databases

STILL_MS = 250
"""So long a transaction may stand still in these tests."""
RULES = 6_000
"""To plan a change of so many takes several times as long."""


def large_program(points: int) -> str:
    """A rule for each of many goods."""
    return small_program(
        "large",
        more="".join(
            f"  r{n}: {{brand: NORTH, when: {{skus: s{n}}}, per_unit: {{points: {points}}}}}\n" for n in range(RULES)
        ),
    )


def change(points: int, request_id: str, expected: str = "") -> ChangeRequest:
    """A change of the small program."""
    files = (ProgramFile("0.yaml", small_program("p", points)),)
    return ChangeRequest("p", request_id, files, expected, dry_run=False)


def applying(log: PostgresRevisionLog) -> ApplyProgram:
    """An instance's use case on a log."""
    conditions, clock = CelConditions(), SystemClock()
    follow = FollowRevisions(log, LivePrograms(), conditions)
    return ApplyProgram(log, ProgramFiles(conditions, clock), follow, clock)


class Overtaken(PostgresRevisionLog):
    """Before each transaction, as long as there are some, a change of another instance is made."""

    def __init__(self, database: postgres.Database, before: list[ChangeRequest], caller: str = "another") -> None:
        super().__init__(database)
        self._before, self._other, self._caller = before, applying(PostgresRevisionLog(database)), caller

    @asynccontextmanager
    async def changing(self, program_id: str) -> AsyncIterator[PostgresChangeBook]:
        """As it is, afterwards."""
        if self._before:
            await self._other.run(self._caller, self._before.pop(0))
        async with super().changing(program_id) as book:
            yield book


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[postgres.Database]:
    """The database as the service opens it."""
    async with open_database(SecretStr(database.url), application_name="rules", pool_size=4) as pool:
        yield pool


async def test_a_change_may_take_longer_to_plan_than_a_transaction_may_stand_still(
    servers: LocalStack, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "IDLE_IN_TRANSACTION_MS", STILL_MS)
    async with databases.fresh("rules") as database, open_house(servers, database) as house, house.stub() as stub:
        await stub.ApplyProgram(apply_request("large", large_program(1)))
        changed = await stub.ApplyProgram(apply_request("large", large_program(2)))
    assert changed.revision.sequence == 2
    assert len(changed.differences) == RULES


async def test_a_change_that_was_overtaken_is_planned_again(databases: Databases) -> None:
    async with databases.fresh("rules") as database, opened(database) as pool:
        applied = await applying(Overtaken(pool, [change(7, "other")])).run("caller", change(2, "mine"))
        (live,) = [await PostgresRevisionLog(pool).live("p")]
    assert (applied.revision.sequence, applied.revision) == (2, live)
    assert [(place.before, place.after) for place in applied.differences] == [("7", "2")]


async def test_a_change_that_names_what_it_was_planned_against_is_not_planned_again(databases: Databases) -> None:
    async with databases.fresh("rules") as database, opened(database) as pool:
        first = await applying(PostgresRevisionLog(pool)).run("caller", change(1, "first"))
        overtaken = applying(Overtaken(pool, [change(7, "other")]))
        with pytest.raises(Refusal, match="REVISION_CONFLICT"):
            await overtaken.run("caller", change(2, "mine", first.revision.revision))


async def test_a_change_that_is_always_overtaken_is_refused_and_leaves_no_trace(databases: Databases) -> None:
    others = [change(10 + number, f"other-{number}") for number in range(MOST_TRIES)]
    async with databases.fresh("rules") as database, opened(database) as pool:
        log = Overtaken(pool, others)
        with pytest.raises(Refusal, match="REVISION_CONFLICT"):
            await applying(log).run("caller", change(2, "mine"))
        assert await log.kept("p", "caller", "mine") is None
        assert await log.heads() == {"p": MOST_TRIES}


async def test_a_change_that_was_overtaken_by_its_own_repeat_is_answered_as_that(databases: Databases) -> None:
    async with databases.fresh("rules") as database, opened(database) as pool:
        first = await applying(PostgresRevisionLog(pool)).run("caller", change(1, "first"))
        mine = change(2, "mine", first.revision.revision)
        log = Overtaken(pool, [mine], "caller")
        applied = await applying(log).run("caller", mine)
        assert applied.replayed
        assert applied.revision == await log.live("p")
        assert applied.revision.sequence == 2


async def test_many_changes_at_once_through_two_instances_all_count(servers: LocalStack, databases: Databases) -> None:
    async with (
        databases.fresh("rules") as database,
        open_house(servers, database) as one,
        open_house(servers, database) as two,
        one.stub() as first,
        two.stub() as second,
    ):
        calls = [
            stub.ApplyProgram(apply_request("p", small_program("p", 1 + 2 * number + odd)))
            for number in range(4)
            for odd, stub in enumerate((first, second))
        ]
        results = await asyncio.gather(*calls)
    assert sorted(result.revision.sequence for result in results) == list(range(1, 9))
