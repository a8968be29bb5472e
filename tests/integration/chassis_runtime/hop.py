"""A real server on loopback and a real channel to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.runtime.application import Application, Policies, RegisteredService
from chassis.runtime.channel import connect
from chassis.runtime.contract import ServiceContract
from chassis.runtime.server import Server
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from tests.unit.chassis_runtime.echo import (
    ECHO,
    ROLES,
    Answer,
    EchoServicer,
    EchoStub,
    add_echo_servicer_to_server,
    echo,
)
from tests.unit.chassis_runtime.keys import AUDIENCE, ISSUER, SigningKey, write_jwks

KEY = SigningKey()


@dataclass(frozen=True, slots=True)
class Hop:
    """Both ends of a call."""

    server: Server
    address: str
    stub: Any


def application(answer: Answer = echo, policies: Policies | None = None) -> Application:
    """The echo service, wired."""
    service = RegisteredService(ServiceContract.of(ECHO, ROLES), add_echo_servicer_to_server, EchoServicer(answer))
    return Application(services=[service], policies=policies or Policies())


def verifier(directory: Path) -> TokenVerifier:
    """Accepts tokens of `KEY`."""
    return TokenVerifier(write_jwks(directory / "jwks.json", KEY), ISSUER, AUDIENCE)


@asynccontextmanager
async def hop(
    directory: Path,
    answer: Answer = echo,
    *,
    policies: Policies | None = None,
    token: str | None = None,
    timeout_seconds: float = 5.0,
) -> AsyncIterator[Hop]:
    """The echo service behind all interceptors, and a stub whose calls carry a token (a good one if not given)."""
    server = Server(application(answer, policies), verifier(directory))
    address = f"127.0.0.1:{await server.start('127.0.0.1:0', PLAIN)}"
    await server.ready()
    bearer = KEY.token() if token is None else token
    try:
        async with connect(PLAIN.peer(address), ECHO, lambda: bearer, timeout_seconds=timeout_seconds) as channel:
            yield Hop(server, address, EchoStub(channel))
    finally:
        await server.stop(0.5)
