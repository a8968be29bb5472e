"""`ResolveMember` from a warm process against the bare echo, and what authorization adds to it.

A warm process is one that answers from memory: it was asked about the member within the last second, by a service of
the mesh, and nobody has changed anybody since (docs/adr/0070). Echo, the whole server, and the same server without the
interceptors of authority live in one process, without TLS, and are called one at a time and in turn; then the same
three with many calls in flight, by turns. The echo is a bare server of grpc.aio: no interceptor, no message, a handler
that gives back the bytes it was given.

`python -m tests.bench.resolving server|client` are the two processes.
"""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import grpc
from loyalty.identity.v1 import identity_service_pb2 as messages
from loyalty.type.v1 import member_pb2
from pydantic import SecretStr

from chassis.runtime import server as serving
from chassis.runtime.application import Application
from chassis.runtime.clock import SystemClock
from chassis.runtime.interceptors.order import ORDER, in_order
from chassis.runtime.postgres import open_pool
from chassis.runtime.server import Server
from chassis.runtime.settings import read_key
from chassis.runtime.telemetry import Telemetry
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from deploy.local.ports import LOOPBACK
from deploy.local.secrets import AUDIENCE, ISSUER
from deploy.local.stack import LocalStack
from identity_service.app.members import members_service
from identity_service.app.parts import Parts
from identity_service.app.proofs import verify_of
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.programs import ProgramDirectory
from identity_service.peers.pin_desk import PinDesk
from identity_service.store.registry import PostgresRegistry
from identity_service.store.watched import WatchedDatabase
from tests.bench.children import Answer, Child, Json, answer_all, child
from tests.bench.figures import Spread, fine, ratio, spread, table
from tests.bench.laps import Lap, drive_by_turns, drive_in_turn
from tests.bench.rounds import InTurn, Measured, rates
from tests.support.servers import Databases

ECHO, RESOLVE, UNGUARDED = "echo beside identity", "ResolveMember, warm", "ResolveMember, warm, without authority"
COLD = "ResolveMember, cold"
NAMES = (ECHO, RESOLVE, UNGUARDED, COLD)
IN_FLIGHT = 64
TOGETHER = tuple(f"{name}, {IN_FLIGHT} in flight" for name in (ECHO, RESOLVE, UNGUARDED))
LONGEST_RESOLVE = 1.3
"""`RESOLVE` by the echo: the middle call, or with many in flight how long all of them take."""
MOST_AUTHORITY = 1.15
"""The same by that without authority."""

_PROGRAM = "bench"
_MEMBERS = 2_000
_GUARDS = ("authority", "peer", "visibility", "refused")
_METHOD = "/loyalty.identity.v1.IdentityService/ResolveMember"
_ENROLL = "/loyalty.identity.v1.IdentityService/EnrollMember"
_TIMEOUT_SECONDS = 10.0
"""Less than a server grants by itself, as callers of the mesh ask for."""
_MOST_CALLS = 100_000


@asynccontextmanager
async def resolving_case(databases: Databases, servers: LocalStack) -> AsyncIterator[InTurn]:
    """The cases, with their two processes and a database of their own."""
    async with (
        databases.fresh("identity") as database,
        child("tests.bench.resolving", "server") as server,
        child("tests.bench.resolving", "client") as client,
    ):
        secrets = servers.secrets
        told = {"url": database.url, "jwks": str(secrets.jwks_file)}
        addresses = await server.ask({**told, "key": str(secrets.fingerprint_key_file("identity"))})
        token = secrets.mint_token("ledger", programs=[_PROGRAM], roles=["SERVICE"])
        await client.ask({"addresses": addresses, "token": token})
        yield InTurn((*NAMES, *TOGETHER), lambda seconds: _laps(client, seconds))


async def _laps(client: Child, seconds: float) -> Sequence[Lap]:
    answers = [await client.ask({"seconds": seconds, "in_flight": in_flight}) for in_flight in (1, IN_FLIGHT)]
    return [Lap(**lap) for answer in answers for lap in answer["laps"]]


def by_echo(measured: Measured) -> Spread:
    """How many times as long as an echo a warm resolution takes, middle call by middle call."""
    return _longer(measured, RESOLVE, ECHO)


def by_unguarded(measured: Measured) -> Spread:
    """How many times as long it takes with authorization."""
    return _longer(measured, RESOLVE, UNGUARDED)


def together_by_echo(measured: Measured) -> Spread:
    """How many times as long as echoes many warm resolutions at once take."""
    return _longer(measured, TOGETHER[1], TOGETHER[0])


def together_by_unguarded(measured: Measured) -> Spread:
    """How many times as long many at once take with authorization."""
    return _longer(measured, TOGETHER[1], TOGETHER[2])


def resolving_table(measured: Measured) -> str:
    """All cases, and how many times as long as the echo each takes."""
    rows = []
    for case in (*NAMES, *TOGETHER):
        p50, p99 = (spread([getattr(lap, name) for lap in measured[case]]) for name in ("p50", "p99"))
        echo = TOGETHER[0] if case in TOGETHER else ECHO
        rows.append((case, fine(p50), fine(p99), fine(_longer(measured, case, echo))))
    return table(("call", "p50 ms", "p99 ms", "of echo"), rows)


def _longer(measured: Measured, case: str, other: str) -> Spread:
    if case in TOGETHER:
        return ratio(rates(measured, other), rates(measured, case))
    return ratio([lap.p50 for lap in measured[case]], [lap.p50 for lap in measured[other]])


async def serve(answering: Callable[[Answer], Awaitable[None]]) -> None:
    """The servers' process: its first question says where the database is."""
    Telemetry("bench")
    async with AsyncExitStack() as opened:

        async def answer(question: Json) -> Json:
            pool = await opened.enter_async_context(
                open_pool(SecretStr(question["url"]), application_name="bench", pool_size=4)
            )
            database, programs = WatchedDatabase(pool), ProgramDirectory()
            programs.learn(_PROGRAM)
            programs.caught_up()
            fingerprints = Fingerprints(read_key(Path(question["key"])))
            parts = Parts(
                database=database,
                shown=database,
                rules=grpc.aio.insecure_channel(f"{LOOPBACK}:1"),
                programs=programs,
                fingerprints=fingerprints,
                registry=PostgresRegistry(database),
                clock=SystemClock(),
            )
            verifier = TokenVerifier(Path(question["jwks"]), ISSUER, AUDIENCE)
            ports = {"whole": await _port(opened, parts, verifier)}
            with patch.object(serving, "in_order", without_guards):
                ports["unguarded"] = await _port(opened, parts, verifier)
            ports["echo"] = await _echo_port(opened)
            return ports

        await answering(answer)


async def _port(opened: AsyncExitStack, parts: Parts, verifier: TokenVerifier) -> int:
    server = Server(Application(services=[members_service(parts, verify_of(parts, PinDesk(0)))]), verifier)
    port = await server.start(f"{LOOPBACK}:0", PLAIN)
    opened.push_async_callback(server.stop, 0.2)
    await server.ready()
    return port


def without_guards(*arguments: Any) -> tuple[Any, ...]:
    """The interceptors of a server less those of authority."""
    both = zip(ORDER, in_order(*arguments), strict=True)
    return tuple(interceptor for name, interceptor in both if name not in _GUARDS)


async def _echo_port(opened: AsyncExitStack) -> int:
    async def echo(request: bytes, _context: Any) -> bytes:
        return request

    server = grpc.aio.server()
    methods: dict[str, grpc.RpcMethodHandler[bytes, bytes]] = {"Echo": grpc.unary_unary_rpc_method_handler(echo)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Echo", methods),))
    port = server.add_insecure_port(f"{LOOPBACK}:0")
    await server.start()
    opened.push_async_callback(server.stop, None)
    return port


async def load(answering: Callable[[Answer], Awaitable[None]]) -> None:
    """The client's process: its first question says where to call, every further one is a lap of each case."""
    async with AsyncExitStack() as opened:
        calls: list[Callable[[], Awaitable[object]]] = []

        async def answer(question: Json) -> Json:
            if not calls:
                channels = {
                    name: await opened.enter_async_context(grpc.aio.insecure_channel(f"{LOOPBACK}:{port}"))
                    for name, port in question["addresses"].items()
                }
                calls.extend(await _calls(channels, question["token"]))
                return {}
            if question["in_flight"] == 1:
                laps = await drive_in_turn(calls, question["seconds"])
            else:
                several, seconds = calls[: len(TOGETHER)], question["seconds"] / 2
                laps = await drive_by_turns(several, question["in_flight"], seconds, _MOST_CALLS)
            return {"laps": [lap.as_json() for lap in laps]}

        await answering(answer)


async def _calls(channels: dict[str, grpc.aio.Channel], token: str) -> list[Callable[[], Awaitable[object]]]:
    headers = (("authorization", f"Bearer {token}"),)
    enroll: Any = channels["whole"].unary_unary(_ENROLL)
    for number in range(_MEMBERS):
        request = messages.EnrollMemberRequest(
            program_id=_PROGRAM, request_id=f"enroll-{number}", identifiers=[_card(number)]
        )
        await enroll(request.SerializeToString(), metadata=headers, timeout=_TIMEOUT_SECONDS)
    warm = _question(0)
    turn = iter(range(10**12))

    def resolving(server: str, question: Callable[[], bytes]) -> Callable[[], Awaitable[object]]:
        call: Any = channels[server].unary_unary(_METHOD)
        return lambda: call(question(), metadata=headers, timeout=_TIMEOUT_SECONDS)

    echo: Any = channels["echo"].unary_unary("/bench.Echo/Echo")
    return [
        lambda: echo(warm, metadata=headers, timeout=_TIMEOUT_SECONDS),
        resolving("whole", lambda: warm),
        resolving("unguarded", lambda: warm),
        # Nobody is asked about twice within a second.
        resolving("whole", lambda: _question(1 + next(turn) % (_MEMBERS - 1))),
    ]


def _question(number: int) -> bytes:
    request = messages.ResolveMemberRequest(program_id=_PROGRAM)
    request.member.identifier.CopyFrom(_card(number))
    return request.SerializeToString()


def _card(number: int) -> member_pb2.Identifier:
    return member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=f"CARD{number:08}")


if __name__ == "__main__":
    answer_all(serve if sys.argv[1] == "server" else load)
