"""The service as a process of its own."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest_asyncio
from loyalty.identity.v1.identity_service_pb2_grpc import IdentityServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from deploy.local.databases import Database
from deploy.local.errors import NotReadyError
from deploy.local.ports import LOOPBACK, Ports
from deploy.local.process import CHECKOUT
from deploy.local.readiness import grpc_health
from deploy.local.secrets import AUDIENCE, ISSUER
from deploy.local.stack import LocalStack
from tests.integration.identity.calls import email, enroll
from tests.integration.identity.house import IDENTITY, serving, telling
from tests.support.servers import Databases


@pytest_asyncio.fixture
async def process(
    servers: LocalStack, databases: Databases
) -> AsyncIterator[tuple[asyncio.subprocess.Process, Ports, Database]]:
    """A process whose rules service is not there yet."""
    ports = Ports.free()
    async with databases.fresh("identity") as database:
        settings = {
            "IDENTITY_LISTEN_ADDRESS": f"{LOOPBACK}:{ports.identity}",
            "IDENTITY_DATABASE_URL": database.url,
            "IDENTITY_RULES_ADDRESS": f"{LOOPBACK}:{ports.rules}",
            "IDENTITY_PLAINTEXT": "loopback",
            "IDENTITY_JWKS_FILE": str(servers.secrets.jwks_file),
            "IDENTITY_SERVICE_TOKEN_FILE": str(servers.secrets.service_token_file("identity")),
            "IDENTITY_FINGERPRINT_KEY_FILE": str(servers.secrets.fingerprint_key_file("identity")),
            "PYTHONPATH": os.pathsep.join((str(CHECKOUT), str(CHECKOUT / "gen"))),
        }
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "identity_service", env={**os.environ, **settings}, stderr=asyncio.subprocess.PIPE
        )
        try:
            yield started, ports, database
        finally:
            if started.returncode is None:
                started.kill()
                await started.wait()


async def asking(ports: Ports) -> None:
    """Returns when it asks for its rules; it hears signals from before then."""
    asked = asyncio.Event()

    def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        asked.set()

    async with await asyncio.start_server(hang_up, LOOPBACK, ports.rules), asyncio.timeout(60):
        await asked.wait()


async def ready(address: str) -> bool:
    try:
        await grpc_health(PLAIN.peer(address), IDENTITY.full_name)()
    except NotReadyError:
        return False
    return True


@asynccontextmanager
async def held_up(database: Database, table: str) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Nobody writes to a table meanwhile; waits until so many would."""
    owner = await asyncpg.connect(database.owner_url)
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = $1::regclass"

    async def until(count: int) -> None:
        while await owner.fetchval(waiting, table) < count:  # noqa: ASYNC110  another process
            await asyncio.sleep(0.01)

    try:
        async with owner.transaction():
            await owner.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            yield until
    finally:
        await owner.close()


async def results_of(database: Database) -> list[str]:
    """How the audited changes ended; every intent has an outcome."""
    owner = await asyncpg.connect(database.owner_url)
    try:
        rows = await owner.fetch(
            "SELECT coalesce(ended.result, '') AS result FROM audit_log AS begun"
            " LEFT JOIN audit_log AS ended ON ended.intent_number = begun.number WHERE begun.phase = 1"
        )
        return [row["result"] for row in rows]
    finally:
        await owner.close()


async def _await(call: Any) -> Any:
    return await call


async def test_the_service_is_ready_once_every_program_was_told_and_ends_in_good_order(
    process: tuple[asyncio.subprocess.Process, Ports, Database], servers: LocalStack
) -> None:
    running, ports, database = process
    address = f"{LOOPBACK}:{ports.identity}"
    await asking(ports)
    assert running.returncode is None
    assert not await ready(address)
    verifier = TokenVerifier(servers.secrets.jwks_file, ISSUER, AUDIENCE)
    token = servers.secrets.mint_token("till", programs=("grove",), roles=("POS",))
    async with serving(telling(["grove"])[0], verifier, f"{LOOPBACK}:{ports.rules}"), asyncio.timeout(20):
        while not await ready(address):  # noqa: ASYNC110  another process
            await asyncio.sleep(0.05)
        async with connect(PLAIN.peer(address), IDENTITY, lambda: token) as channel:
            stub = IdentityServiceStub(channel)
            assert (await stub.EnrollMember(enroll(email("process")))).created
            async with held_up(database, "member") as waiting:
                asked = [stub.EnrollMember(enroll(email(name))) for name in ("waits", "gone")]
                calls = [asyncio.ensure_future(_await(call)) for call in asked]
                await waiting(len(calls))
                calls[1].cancel()
                running.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.3)
            assert (await calls[0]).created
        assert await running.wait() == 0
    assert await results_of(database) == ["OK"] * 3
    assert running.stderr is not None
    said = (await running.stderr.read()).decode()
    assert "drained" in said
    assert '"error"' not in said


async def test_a_service_that_never_became_ready_ends_in_good_order_too(
    process: tuple[asyncio.subprocess.Process, Ports, Database],
) -> None:
    running, ports, _ = process
    await asking(ports)
    running.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        assert await running.wait() == 0
