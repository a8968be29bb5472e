"""The service as a process of its own."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest_asyncio
from loyalty.identity.v1.identity_service_pb2_grpc import IdentityServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
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
async def process(servers: LocalStack, databases: Databases) -> AsyncIterator[tuple[asyncio.subprocess.Process, Ports]]:
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
            sys.executable, "-m", "identity_service", env={**os.environ, **settings}
        )
        try:
            yield started, ports
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


async def test_the_service_is_ready_once_every_program_was_told_and_ends_in_good_order(
    process: tuple[asyncio.subprocess.Process, Ports], servers: LocalStack
) -> None:
    running, ports = process
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
            assert (await IdentityServiceStub(channel).EnrollMember(enroll(email("process")))).created
        running.send_signal(signal.SIGTERM)
        assert await running.wait() == 0


async def test_a_service_that_never_became_ready_ends_in_good_order_too(
    process: tuple[asyncio.subprocess.Process, Ports],
) -> None:
    running, ports = process
    await asking(ports)
    running.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        assert await running.wait() == 0
