"""The pool, transactions, and what is refused when the database is away."""

import asyncio
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.runtime.budget import set_budget
from chassis.runtime.postgres import Connection, Database, open_database
from chassis.runtime.statements import Statement, Statements, unpreparable
from chassis.runtime.telemetry import span_from_traceparent
from chassis.values.refusal import Code, Refusal
from deploy.local.databases import Database as EmptyDatabase
from tests.unit.chassis_runtime.packages import MakePackage
from tests.unit.chassis_runtime.recorded import SAMPLED, UNSAMPLED, recorded

CREATE = Statement("create", "CREATE TABLE thing (id int PRIMARY KEY, amount int NOT NULL CHECK (amount >= 0))")
INSERT = Statement("insert_thing", "INSERT INTO thing (id, amount) VALUES ($1, $2)")
SELECT = Statement("select_amount", "SELECT amount FROM thing WHERE id = $1")
ADD = Statement("add_amount", "UPDATE thing SET amount = amount + $2 WHERE id = $1")
COUNT = Statement("count_things", "SELECT count(*) FROM thing")
SETTING = Statement("show_setting", "SELECT current_setting($1)")
END_ME = Statement("end_me", "SELECT pg_terminate_backend(pg_backend_pid())")
END_OTHERS = Statement(
    "end_others",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()",
)
SLEEP = Statement("sleep", "SELECT pg_sleep($1)")
SET_TIMEOUT = Statement("set_timeout", "SELECT set_config('statement_timeout', '50', true)")


async def _created(database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute(CREATE)
        await connection.execute(INSERT, 1, 0)


async def test_statements_return_what_they_find(database: Database) -> None:
    await _created(database)
    assert await database.fetchval(SELECT, 1) == 0
    assert await database.fetchrow(SELECT, 2) is None
    assert [row["amount"] for row in await database.fetch(SELECT, 1)] == [0]


async def test_execute_tells_how_many_rows_it_touched(database: Database) -> None:
    await _created(database)
    async with database.acquire() as connection:
        assert [await connection.execute(ADD, number, 5) for number in (1, 2)] == [1, 0]


async def test_many_rows_in_one_go(database: Database) -> None:
    await _created(database)
    async with database.transaction() as connection:
        await connection.executemany(INSERT, [(number, 1) for number in range(2, 12)])
    assert await database.fetchval(COUNT) == 11


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    await _created(database)

    async def work() -> None:
        async with database.transaction() as connection:
            await connection.execute(INSERT, 2, 1)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await work()
    assert await database.fetchval(COUNT) == 1


async def test_a_cancelled_transaction_leaves_nothing_and_its_connection_is_good(database: Database) -> None:
    await _created(database)
    inside = asyncio.Event()

    async def work() -> None:
        async with database.transaction() as connection:
            await connection.execute(INSERT, 2, 1)
            inside.set()
            await connection.fetch(SLEEP, 30.0)

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.fetchval(COUNT) == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("application_name", "test"),
        ("statement_timeout", "10s"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "5s"),
        ("transaction_timeout", "15s"),
    ],
)
async def test_sessions_are_bounded(database: Database, setting: str, value: str) -> None:
    assert await database.fetchval(SETTING, setting) == value


async def _refusal_of(work: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await work
    return refused.value


async def test_a_connection_lost_in_a_statement_is_unavailable(database: Database) -> None:
    refusal = await _refusal_of(database.fetch(END_ME))
    assert (refusal.code, refusal.reason) == (Code.UNAVAILABLE, "UNAVAILABLE")


async def test_a_connection_lost_inside_a_transaction_is_unavailable(database: Database) -> None:
    await _created(database)

    async def work() -> None:
        async with database.transaction() as connection:
            await connection.execute(INSERT, 2, 1)
            async with database.acquire() as other:
                await other.fetch(END_OTHERS)
            await connection.execute(INSERT, 3, 1)

    assert (await _refusal_of(work())).reason == "UNAVAILABLE"
    assert await database.fetchval(COUNT) == 1


async def test_the_pool_recovers_from_lost_connections(database: Database) -> None:
    await _created(database)
    for _ in range(10):
        await _refusal_of(database.fetch(END_ME))
    assert await database.fetchval(COUNT) == 1


async def test_a_statement_that_takes_too_long_is_unavailable(database: Database) -> None:
    async def work() -> None:
        async with database.transaction() as connection:
            await connection.fetch(SET_TIMEOUT)
            await connection.fetch(SLEEP, 5.0)

    assert (await _refusal_of(work())).reason == "UNAVAILABLE"


async def test_a_full_pool_is_unavailable_when_time_is_up(empty_database: EmptyDatabase) -> None:
    async def late(database: Database) -> None:
        set_budget(0.1)
        await database.fetchval(SETTING, "lock_timeout")

    url = SecretStr(empty_database.url)
    async with open_database(url, application_name="test", pool_size=1) as database, database.acquire():
        refusal = await _refusal_of(asyncio.create_task(late(database)))
    assert refusal.reason == "UNAVAILABLE"


async def test_a_database_that_is_not_there_is_unavailable() -> None:
    async def opened() -> None:
        url = SecretStr("postgresql://nobody:x@127.0.0.1:1/none?sslmode=disable")
        async with open_database(url, application_name="test", pool_size=1):
            pass

    assert (await _refusal_of(opened())).reason == "UNAVAILABLE"


async def test_a_violated_constraint_passes_with_its_name(database: Database) -> None:
    await _created(database)
    async with database.acquire() as connection:
        with pytest.raises(asyncpg.CheckViolationError) as violated:
            await connection.execute(ADD, 1, -1)
    assert violated.value.constraint_name == "thing_amount_check"


async def test_wrong_arguments_are_a_fault_and_not_the_databases_absence(database: Database) -> None:
    await _created(database)
    with pytest.raises(asyncpg.InterfaceError):
        await database.fetchval(SELECT)


async def test_an_error_of_the_block_is_not_taken_for_the_database(database: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with database.transaction():
            raise FileNotFoundError


async def test_serialization_failures_are_tried_again(database: Database) -> None:
    await _created(database)
    calls = 0

    async def add_one(connection: Connection) -> None:
        nonlocal calls
        calls += 1
        await connection.fetchval(SELECT, 1)
        await asyncio.sleep(0.01)
        await connection.execute(ADD, 1, 1)

    await asyncio.gather(*(database.in_transaction(add_one, isolation="serializable") for _ in range(3)))
    assert await database.fetchval(SELECT, 1) == 3
    assert calls > 3


async def test_deadlocks_are_tried_again(database: Database) -> None:
    await _created(database)
    async with database.acquire() as connection:
        await connection.execute(INSERT, 2, 0)
    both_hold_one = asyncio.Barrier(2)
    waited: set[tuple[int, int]] = set()

    async def add_both(connection: Connection, order: tuple[int, int]) -> None:
        await connection.execute(ADD, order[0], 1)
        if order not in waited:
            waited.add(order)
            await both_hold_one.wait()
        await connection.execute(ADD, order[1], 1)

    await asyncio.gather(
        database.in_transaction(lambda connection: add_both(connection, (1, 2))),
        database.in_transaction(lambda connection: add_both(connection, (2, 1))),
    )
    assert [await database.fetchval(SELECT, number) for number in (1, 2)] == [2, 2]


async def test_tries_end(database: Database) -> None:
    async def never(_connection: Connection) -> None:
        raise asyncpg.SerializationError

    assert (await _refusal_of(database.in_transaction(never))).reason == "UNAVAILABLE"


async def test_a_statement_in_a_sampled_trace_has_a_span_of_its_name(database: Database) -> None:
    with recorded() as spans:
        with span_from_traceparent("work", SAMPLED):
            await database.fetchval(SETTING, "lock_timeout")
        span = spans.only("show_setting")
    assert dict(span.attributes or {}) == {"db.system.name": "postgresql", "db.query.summary": "show_setting"}


async def test_a_statement_in_another_trace_has_none(database: Database) -> None:
    with recorded() as spans:
        with span_from_traceparent("work", UNSAMPLED):
            await database.fetchval(SETTING, "lock_timeout")
        assert spans.all() == ()


async def test_statements_that_do_not_fit_the_schema_are_listed(
    database: Database, empty_database: EmptyDatabase, make_package: MakePackage
) -> None:
    await _created(database)
    files = {"sql/good.sql": f"-- x\n{SELECT.sql}", "sql/bad.sql": "-- x\nSELECT nothing FROM thing"}
    faults = await unpreparable(empty_database.owner_url, Statements.load(make_package(files)))
    assert faults == ['bad: column "nothing" does not exist']
