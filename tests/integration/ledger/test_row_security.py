"""What the reading role sees of the ledger's tables, whatever a statement asks for (ADR 0066). Real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from pydantic import SecretStr

from chassis.runtime import postgres
from chassis.runtime.guarded import GuardedDatabase, open_guarded_database
from chassis.runtime.postgres import Row
from chassis.runtime.scope import NOTHING, Scope, set_scope
from chassis.runtime.statements import Statement
from tests.support.servers import Databases

EVERYTHING = Scope("*", "*", "*", "*")
ALL_ACCRUALS = Statement("all_accruals", "SELECT program, brand FROM accrual ORDER BY 1, 2")
ALL_MOVEMENTS = Statement("all_movements", "SELECT program, accrual_id FROM movement ORDER BY 1, 2")
ALL_SALES = Statement("all_sales", "SELECT location_id FROM posted_order ORDER BY 1")
ALL_HOMES = Statement("all_homes", "SELECT program FROM home ORDER BY 1")


@dataclass(frozen=True)
class Rows:
    """Two programs; in `p` points of North's and Harbor's and sales at two places."""

    guarded: GuardedDatabase
    admin: "asyncpg.Connection[Row]"
    url: str


async def insert(admin: "asyncpg.Connection[Row]", table: str, **values: object) -> None:
    """A row with these values, and something in every other column that must have something."""
    filled: dict[str, object] = {}
    columns = await admin.fetch(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL",
        table,
    )
    some = {"text": "base", "bytea": b"", "boolean": False, "date": "now", "timestamp with time zone": "now"}
    for name, kind in columns:
        filled[name] = some.get(kind, 1)
    filled |= values
    names = ", ".join(filled)
    literals = ", ".join(_literal(value) for value in filled.values())
    await admin.execute(f"INSERT INTO {table} ({names}) VALUES ({literals})")


def _literal(value: object) -> str:
    return "''::bytea" if value == b"" else f"'{value}'" if isinstance(value, str) else str(value).lower()


@pytest_asyncio.fixture(scope="module")
async def rows(databases: Databases) -> AsyncIterator[Rows]:
    async with databases.fresh("ledger", LEDGER_PARTITIONS="4") as database:
        admin = await asyncpg.connect(database.owner_url)
        for program, brand in (("p", "NORTH"), ("p", "HARBOR"), ("q", "NORTH")):
            await insert(admin, "accrual", program=program, accrual_id=f"acc_{brand}", brand=brand, reversed=0)
            await insert(
                admin, "movement", program=program, home=brand, accrual_id=f"acc_{brand}", kind="earned", sequence=1
            )
        for place in ("north-1", "harbor-1"):
            await insert(admin, "posted_order", program="p", order_id=place, location_id=place, state="accepted")
        for program in ("p", "q"):
            await insert(admin, "home", program=program)
        async with open_guarded_database(SecretStr(database.url), application_name="test", pool_size=3) as guarded:
            yield Rows(guarded, admin, database.url)
        await admin.close()


async def seen(rows: Rows, scope: Scope, statement: Statement) -> list[tuple[object, ...]]:
    set_scope(scope)
    return [tuple(row) for row in await rows.guarded.fetch(statement)]


async def test_without_a_scope_there_are_no_rows(rows: Rows) -> None:
    for statement in (ALL_ACCRUALS, ALL_MOVEMENTS, ALL_SALES, ALL_HOMES):
        assert await seen(rows, NOTHING, statement) == []


async def test_a_statement_without_where_shows_the_scopes_programs(rows: Rows) -> None:
    assert await seen(rows, Scope("p", "*", "*", "*"), ALL_HOMES) == [("p",)]
    assert await seen(rows, Scope("p,q", "*", "*", "*"), ALL_HOMES) == [("p",), ("q",)]
    assert await seen(rows, EVERYTHING, ALL_HOMES) == [("p",), ("q",)]


async def test_a_program_is_not_its_prefix(rows: Rows) -> None:
    assert await seen(rows, Scope("p-other,other-p,pq", "*", "*", "*"), ALL_HOMES) == []


async def test_points_of_other_brands_are_not_seen(rows: Rows) -> None:
    north = Scope("p", "NORTH", "*", "*")
    assert await seen(rows, north, ALL_ACCRUALS) == [("p", "NORTH")]
    assert await seen(rows, north, ALL_MOVEMENTS) == [("p", "acc_NORTH")]
    assert len(await seen(rows, Scope("p", "*", "*", "*"), ALL_MOVEMENTS)) == 2


async def test_sales_of_other_places_are_not_seen(rows: Rows) -> None:
    assert await seen(rows, Scope("p", "*", "*", "north-1"), ALL_SALES) == [("north-1",)]
    assert await seen(rows, Scope("p", "*", "*", ""), ALL_SALES) == []


async def test_the_reader_changes_nothing(rows: Rows) -> None:
    set_scope(EVERYTHING)
    for sql in ("DELETE FROM home", "UPDATE wallet SET balance = 1", "INSERT INTO home VALUES (1, 'p', 'x', 0, '')"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await rows.guarded.fetch(Statement("change", sql))


async def test_a_connection_never_carries_somebody_elses_scope(rows: Rows) -> None:
    """Many callers at once over fewer connections, some of whom break off: each sees its own and nothing else."""

    async def look(number: int) -> None:
        program = "pq"[number % 2]
        set_scope(Scope(program, "*", "*", "*"))
        if number % 7 == 0:
            with pytest.raises((TimeoutError, asyncpg.PostgresError)):
                async with asyncio.timeout(0.001), rows.guarded.transaction() as connection:
                    await connection.fetch(Statement("slow", "SELECT pg_sleep(1)"))
        assert [row["program"] for row in await rows.guarded.fetch(ALL_HOMES)] == [program]

    async with asyncio.TaskGroup() as group:
        for number in range(60):
            group.create_task(look(number))


async def test_a_rollback_takes_no_scope_back(rows: Rows) -> None:
    async def breaks_off() -> None:
        async with rows.guarded.transaction() as connection:
            await connection.fetch(ALL_HOMES)
            raise RuntimeError

    set_scope(Scope("p", "*", "*", "*"))
    with pytest.raises(RuntimeError):
        await breaks_off()
    for _ in range(3):
        assert [row["program"] for row in await rows.guarded.fetch(ALL_HOMES)] == ["p"]


async def test_the_same_scope_is_told_once(rows: Rows) -> None:
    told = Statement("told", "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT set_config%'")
    set_scope(Scope("p", "*", "*", "*"))
    async with rows.guarded.acquire() as first:
        await first.fetch(ALL_HOMES)
    async with rows.guarded.acquire() as again:
        scope = again._raw.note_scope.__self__.scope  # type: ignore[attr-defined]
        assert scope == Scope("p", "*", "*", "*")
        assert await again.fetchval(told) == 0


async def test_scopes_that_take_turns_find_a_connection_of_their_own(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, run = [], postgres._run

    def noted(raw: Any, statement: Statement) -> Any:
        told.append(statement.name)
        return run(raw, statement)

    monkeypatch.setattr(postgres, "_run", noted)
    for _ in range(10):
        for program in ("p", "q"):
            assert await seen(rows, Scope(program, "north", "*", "*"), ALL_HOMES) == [(program,)]
    assert told.count("set_scope") == 2
    for number in range(10):
        await seen(rows, Scope(f"p{number}", "*", "*", "*"), ALL_HOMES)
    assert told.count("set_scope") == 12, "more scopes than connections take those of others"


async def test_a_connection_that_has_gone_is_replaced(rows: Rows) -> None:
    scope = Scope("p", "gone", "*", "*")
    await seen(rows, scope, ALL_HOMES)
    same_user = await asyncpg.connect(rows.url)
    await same_user.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-reads'"
    )
    await same_user.close()
    await asyncio.sleep(0.05)
    assert await seen(rows, scope, ALL_HOMES) == [("p",)]


async def test_every_table_the_reader_may_read_is_bound_to_programs(rows: Rows) -> None:
    """Also those of later migrations: a grant without a policy would show everything."""
    open_ = await rows.admin.fetch(
        """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
          AND has_table_privilege('ledger_reader', oid, 'SELECT')
          AND NOT EXISTS (
            SELECT FROM pg_policies
            WHERE tablename = relname AND policyname = 'reading' AND relrowsecurity AND qual LIKE '%loyalty.programs%'
          )
        """
    )
    assert [row["relname"] for row in open_] == []
