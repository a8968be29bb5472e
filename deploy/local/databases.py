"""One database and two roles for each service: the owner migrates, the app role serves."""

from dataclasses import dataclass

import asyncpg

from deploy.local.postgres import PostgresServer
from deploy.local.secrets import Secrets


@dataclass(frozen=True, slots=True)
class Database:
    """A service's database as its two roles reach it."""

    name: str
    url: str
    owner_url: str


def database_of(service: str, server: PostgresServer, secrets: Secrets, name: str | None = None) -> Database:
    """The URLs of a service's database (``loyalty_<service>`` unless named otherwise); asks nobody."""
    name = name or f"loyalty_{service}"
    app, owner = f"{service}_app", f"{service}_owner"
    return Database(
        name=name,
        url=server.url(name, app, secrets.password(app)),
        owner_url=server.url(name, owner, secrets.password(owner)),
    )


async def ensure_databases(server: PostgresServer, secrets: Secrets, services: tuple[str, ...]) -> None:
    """Make the roles and databases of the services where they are missing, and set the roles' passwords."""
    connection = await asyncpg.connect(server.url("postgres"))
    try:
        for service in services:
            for role in (f"{service}_owner", f"{service}_app"):
                await _ensure_role(connection, role, secrets.password(role))
            await _ensure_reader(connection, service)
            name = f"loyalty_{service}"
            if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name):
                await create_database(connection, name, service)
    finally:
        await connection.close()


async def create_database(connection: asyncpg.Connection, name: str, service: str, template: str = "template1") -> None:
    """Create a database that the service's owner role owns and that its app role, and nobody else, may enter."""
    await connection.execute(f'CREATE DATABASE "{name}" OWNER "{service}_owner" TEMPLATE "{template}"')
    await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    await connection.execute(f'GRANT CONNECT ON DATABASE "{name}" TO "{service}_app"')


async def _ensure_reader(connection: asyncpg.Connection, service: str) -> None:
    """The role without login that the app role takes where it reads for callers: it sees rows of their scope alone."""
    reader = f"{service}_reader"
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", reader):
        await connection.execute(f'CREATE ROLE "{reader}" NOLOGIN')
    # From PostgreSQL 16 on a role can be taken without also having its rights all the time.
    only_taken = " WITH INHERIT FALSE" if connection.get_server_version().major >= 16 else ""
    await connection.execute(f'GRANT "{reader}" TO "{service}_app"{only_taken}')


async def _ensure_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role):
        await connection.execute(f'CREATE ROLE "{role}" LOGIN')
    # The server quotes the password; DDL takes no parameters.
    await connection.execute(
        await connection.fetchval("SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)", role, password)
    )
