"""The session's servers and databases as other tests get them."""

import asyncpg
import pytest
import redis.asyncio
import redis.exceptions

from deploy.local import readiness
from deploy.local.errors import NotReadyError
from deploy.local.ports import LOOPBACK
from deploy.local.stack import LocalStack
from tests.support.servers import Databases


async def test_an_empty_database_is_owned_by_the_service_owner(databases: Databases) -> None:
    async with databases.empty("ledger") as database:
        connection = await asyncpg.connect(database.owner_url)
        await connection.execute("CREATE TABLE probe (id bigint PRIMARY KEY)")
        await connection.close()


async def test_the_app_role_cannot_create_tables(databases: Databases) -> None:
    async with databases.empty("ledger") as database:
        connection = await asyncpg.connect(database.url)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE probe (id bigint PRIMARY KEY)")
        await connection.close()


async def test_a_role_cannot_enter_the_database_of_another_service(databases: Databases) -> None:
    async with databases.empty("ledger") as ledger, databases.empty("rules") as rules:
        foreign = rules.url.replace(rules.name, ledger.name)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
            await asyncpg.connect(foreign)


async def test_a_fresh_database_is_gone_afterwards(databases: Databases) -> None:
    async with databases.empty("ledger") as database:
        pass
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(database.url)


async def test_postgres_opens_no_unix_socket(servers: LocalStack) -> None:
    connection = await asyncpg.connect(servers.postgres.url("postgres"))
    assert await connection.fetchval("SHOW unix_socket_directories") == ""
    await connection.close()


async def test_postgres_refuses_a_wrong_password(servers: LocalStack) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(servers.postgres.url("postgres", password="wrong"))


async def test_valkey_refuses_a_caller_without_password(servers: LocalStack) -> None:
    anonymous = f"redis://{LOOPBACK}:{servers.settings.ports.valkey}/0"
    with pytest.raises(NotReadyError, match="already authenticated"):
        await readiness.valkey(anonymous)()


async def test_valkey_keeps_its_data_in_an_append_only_file(servers: LocalStack) -> None:
    client = redis.asyncio.Redis.from_url(servers.valkey.url)
    assert await client.config_get("appendonly") == {"appendonly": "yes"}
    await client.aclose()
