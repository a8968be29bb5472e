"""Schema files against a real PostgreSQL."""

import asyncio

import asyncpg
import pytest

from chassis.runtime.migrations import MigrationError, migrate, verify
from deploy.local.databases import Database
from tests.unit.chassis_runtime.packages import MakePackage

APP_ROLE = "ledger_app"
FILES = {
    "0001_things.sql": "CREATE TABLE thing (id int PRIMARY KEY); GRANT SELECT ON thing TO {app_role};",
    "0002_more.sql": "INSERT INTO thing SELECT generate_series(1, {things});",
}


async def _migrate(database: Database, package: str, app_role: str = APP_ROLE) -> tuple[str, ...]:
    return await migrate(database.owner_url, package, app_role=app_role, literals={"things": 3})


async def _value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_all_files_are_applied_in_order(empty_database: Database, make_package: MakePackage) -> None:
    assert await _migrate(empty_database, make_package(FILES)) == ("0001_things.sql", "0002_more.sql")
    assert await _value(empty_database.owner_url, "SELECT count(*) FROM thing") == 3


async def test_a_second_run_applies_nothing(empty_database: Database, make_package: MakePackage) -> None:
    package = make_package(FILES)
    await _migrate(empty_database, package)
    assert await _migrate(empty_database, package) == ()


async def test_only_new_files_are_applied(empty_database: Database, make_package: MakePackage) -> None:
    await _migrate(empty_database, make_package({"0001_things.sql": FILES["0001_things.sql"]}))
    assert await _migrate(empty_database, make_package(FILES)) == ("0002_more.sql",)


async def test_four_that_start_at_once_apply_each_file_once(
    empty_database: Database, make_package: MakePackage
) -> None:
    slow = {**FILES, "0003_slow.sql": "SELECT pg_sleep(0.2); CREATE TABLE other (id int);"}
    package = make_package(slow)
    applied = await asyncio.gather(*(_migrate(empty_database, package) for _ in range(4)))
    assert sorted(name for names in applied for name in names) == sorted(slow)


async def test_an_edited_file_stops_everything(empty_database: Database, make_package: MakePackage) -> None:
    await _migrate(empty_database, make_package(FILES))
    edited = {**FILES, "0001_things.sql": FILES["0001_things.sql"] + " "}
    with pytest.raises(MigrationError, match=r"0001_things\.sql was changed"):
        await _migrate(empty_database, make_package({**edited, "0003_new.sql": "SELECT 1"}))


async def test_a_renamed_file_with_the_same_content_is_the_same(
    empty_database: Database, make_package: MakePackage
) -> None:
    await _migrate(empty_database, make_package(FILES))
    renamed = {"0001_renamed.sql": FILES["0001_things.sql"], "0002_more.sql": FILES["0002_more.sql"]}
    assert await _migrate(empty_database, make_package(renamed)) == ()


async def test_a_file_that_fails_leaves_nothing_of_itself(empty_database: Database, make_package: MakePackage) -> None:
    failing = {**FILES, "0003_bad.sql": "CREATE TABLE half (id int); SELECT 1 / 0;"}
    with pytest.raises(MigrationError, match=r"0003_bad\.sql"):
        await _migrate(empty_database, make_package(failing))
    assert await _value(empty_database.owner_url, "SELECT to_regclass('half')") is None
    assert await _value(empty_database.owner_url, "SELECT max(number) FROM schema_migration") == 2


async def test_an_unknown_variable_is_refused(empty_database: Database, make_package: MakePackage) -> None:
    with pytest.raises(MigrationError, match="unknown variable nobody"):
        await _migrate(empty_database, make_package({"0001_a.sql": "SELECT {nobody}"}))


async def test_the_serving_role_is_granted_what_the_files_say(
    empty_database: Database, make_package: MakePackage
) -> None:
    await _migrate(empty_database, make_package(FILES))
    assert await _value(empty_database.url, "SELECT count(*) FROM thing") == 3
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _value(empty_database.url, "DELETE FROM thing")


async def test_a_role_name_cannot_smuggle_sql(empty_database: Database, make_package: MakePackage) -> None:
    with pytest.raises(asyncpg.UndefinedObjectError, match='role "x"; DROP TABLE thing; --" does not exist'):
        await _migrate(empty_database, make_package(FILES), app_role='x"; DROP TABLE thing; --')


async def test_braces_of_json_are_left_alone(empty_database: Database, make_package: MakePackage) -> None:
    files = {"0001_a.sql": """CREATE TABLE t AS SELECT '{}'::jsonb AS empty, '{"a": 1}'::jsonb AS one"""}
    await _migrate(empty_database, make_package(files))
    assert await _value(empty_database.owner_url, "SELECT one->>'a' FROM t") == "1"


async def test_a_schema_that_lacks_a_file_is_not_fit_to_serve(
    empty_database: Database, make_package: MakePackage
) -> None:
    await _migrate(empty_database, make_package({"0001_things.sql": FILES["0001_things.sql"]}))
    with pytest.raises(MigrationError, match=r"1 migration\(s\) are not applied"):
        await verify(empty_database.url, make_package(FILES))


async def test_a_schema_that_was_never_migrated_is_not_fit_to_serve(
    empty_database: Database, make_package: MakePackage
) -> None:
    with pytest.raises(MigrationError, match="run migrate first"):
        await verify(empty_database.url, make_package(FILES))


async def test_a_current_schema_is_fit_to_serve(empty_database: Database, make_package: MakePackage) -> None:
    package = make_package(FILES)
    await _migrate(empty_database, package)
    await verify(empty_database.url, package)


async def test_a_newer_schema_is_fit_for_the_version_before(
    empty_database: Database, make_package: MakePackage
) -> None:
    await _migrate(empty_database, make_package(FILES))
    await verify(empty_database.url, make_package({"0001_things.sql": FILES["0001_things.sql"]}))
