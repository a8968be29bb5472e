"""What authorization adds to whole calls of the ledger, with sixteen callers in turn.

One ledger in this process, over a database of its own and beside the stack's peers, with two servers: one whole, one
without the interceptors of authority, whose reads take connections that row security does not bind. Each caller has a
token of its own. Tills cover one location and one brand each; who lists movements covers brands that nobody else
does, so that sixteen scopes share eight connections and every read tells its connection anew.

`python -m tests.bench.callers` is the process that calls, one at a time.
"""

import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, cast
from unittest.mock import patch

import grpc
from loyalty.ledger.v1 import ledger_service_pb2 as ledger

import ledger_service.app
from chassis.runtime import server as serving
from chassis.runtime.application import Application
from chassis.runtime.guarded import GuardedDatabase, open_guarded_database
from chassis.runtime.postgres import Database, open_database
from chassis.runtime.scope import NOTHING, current_scope
from chassis.runtime.server import Server
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from chassis.runtime.workers import Workers
from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.ports import LOOPBACK
from deploy.local.secrets import AUDIENCE, ISSUER
from deploy.local.stack import LocalStack
from ledger_service.settings import Settings
from tests.bench.children import Answer, Child, Json, answer_all, child
from tests.bench.claims import Claim
from tests.bench.engine import PARTITIONS
from tests.bench.figures import Spread, fine, ratio, spread, table
from tests.bench.laps import Lap, drive_in_turn
from tests.bench.limits import WITHOUT_LIMITS
from tests.bench.resolving import without_guards
from tests.bench.rounds import InTurn, Measured
from tests.support.in_process import application_of
from tests.support.mesh import ALL_ROLES, Till, line
from tests.support.servers import Databases

CALLS = ("GetWallet", "ListMovements", "RedeemPoints")
CALLERS = 16
MOST = 1.15
"""The middle call, by that without authority."""

_PROGRAM = "bench-callers"
_LAP_SHARE = 0.3
"""Of the time of a lap, for each of the six cases."""
_SERVICE = "/loyalty.ledger.v1.LedgerService"
_TIMEOUT_SECONDS = 10.0
_SALES = 10
_CENTS = 10_000


def case_name(call: str, *, whole: bool) -> str:
    """The name of a case."""
    return f"{call}, {CALLERS} callers" + ("" if whole else ", without authority")


NAMES = [case_name(call, whole=whole) for call in CALLS for whole in (True, False)]


@asynccontextmanager
async def callers_case(databases: Databases, stack: LocalStack) -> AsyncIterator[InTurn]:
    """The cases, with their process and a ledger of their own."""
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS=PARTITIONS) as database,
        AsyncExitStack() as opened,
        child("tests.bench.callers") as client,
    ):
        with patch.dict(os.environ, WITHOUT_LIMITS), patch.object(ledger_service.app, "open_guarded_database", _either):
            application = await opened.enter_async_context(
                application_of("ledger", ledger_service.app, Settings, stack, database)
            )
        workers = Workers(application.workers)
        opened.push_async_callback(workers.stop, 1.0)
        ports = {"whole": await _port(opened, application, stack)}
        with patch.object(serving, "in_order", without_guards):
            ports["unguarded"] = await _port(opened, application, stack)
        members = await _members(stack, ports["unguarded"])
        tokens = {call: [_token(stack, call, number) for number in range(CALLERS)] for call in CALLS}
        await client.ask({"ports": ports, "members": members, "tokens": tokens})
        yield InTurn(NAMES, lambda seconds: _laps(client, seconds * _LAP_SHARE))


async def _laps(client: Child, seconds: float) -> Sequence[Lap]:
    """Each call with and without authority in turn, one call after the other: what a redemption leaves to be done would
    else be done during the read after it."""
    answers = [await client.ask({"seconds": seconds, "call": call}) for call in CALLS]
    return [Lap(**lap) for answer in answers for lap in answer["laps"]]


def by_unguarded(measured: Measured, call: str) -> Spread:
    """How many times as long a call takes with authorization, middle call by middle call."""
    whole, without = ([lap.p50 for lap in measured[case_name(call, whole=which)]] for which in (True, False))
    return ratio(whole, without)


def authority_goals(measured: Measured) -> list[Claim]:
    """One for each call."""
    found = []
    for call in CALLS:
        by = by_unguarded(measured, call)
        text = f"`{call}`, {CALLERS} callers in turn, with authorization: at most {MOST:g} times as long as without"
        found.append(Claim(text, fine(by), by.middle <= MOST))
    return found


def callers_table(measured: Measured) -> str:
    """All cases, and how many times as long each call takes."""
    rows = []
    for call in CALLS:
        for whole in (True, False):
            laps = measured[case_name(call, whole=whole)]
            p50, p99 = (spread([getattr(lap, name) for lap in laps]) for name in ("p50", "p99"))
            times = fine(by_unguarded(measured, call)) if whole else ""
            rows.append((f"`{call}`" + ("" if whole else " without authority"), fine(p50), fine(p99), times))
    return table(("call", "p50 ms", "p99 ms", "times as long"), rows)


class _Either(Database):
    """Connections for the server without authority, which sets no scope, and guarded ones for the other."""

    def __init__(self, guarded: GuardedDatabase, unguarded: Database) -> None:
        self._guarded = guarded
        self._unguarded = unguarded

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator[Any]:
        database: Any = self._unguarded if current_scope() == NOTHING else self._guarded
        async with database._lent() as raw:
            yield raw


@asynccontextmanager
async def _either(url: Any, **named: Any) -> AsyncIterator[GuardedDatabase]:
    async with open_guarded_database(url, **named) as guarded, open_database(url, **named) as unguarded:
        yield cast(GuardedDatabase, _Either(guarded, unguarded))


async def _port(opened: AsyncExitStack, application: Application, stack: LocalStack) -> int:
    server = Server(application, TokenVerifier(stack.secrets.jwks_file, ISSUER, AUDIENCE))
    port = await server.start(f"{LOOPBACK}:0", PLAIN)
    opened.push_async_callback(server.stop, 0.2)
    await server.ready()
    return port


def _token(stack: LocalStack, call: str, number: int) -> str:
    """Of one of the callers."""
    if call == "ListMovements":
        brands = ["NORTH", f"BRAND-{number}"]
        return stack.token(f"desk-{number}", programs=[_PROGRAM], roles=["HEADQUARTERS_ADMIN"], brands=brands)
    programs = [_PROGRAM, f"program-{number}"]
    return stack.token(
        f"till-{number}", programs=programs, roles=["POS"], brands=["NORTH"], regions=["east"], locations=["mall-1"]
    )


async def _members(stack: LocalStack, port: int) -> dict[str, str]:
    """By call a member with points to spend and a few movements; another one spends them."""
    token = stack.token("bench", programs=[_PROGRAM], roles=ALL_ROLES)
    here = PLAIN.peer(f"{LOOPBACK}:{port}")
    async with open_mesh(lambda name: here if name == "ledger" else stack.peer(name), token) as mesh:
        till = Till(mesh, _PROGRAM)
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        read, spending = await till.enroll("READ"), await till.enroll("SPENDING")
        await till.known()
        for number in range(_SALES):
            await till.sell(read, f"SALE-{number}", "mall-1", [line(1, "NORTH", _CENTS)])
        await till.sell(spending, "SALE", "mall-1", [line(1, "NORTH", 1_000 * _CENTS)])
        return {call: spending if call == "RedeemPoints" else read for call in CALLS}


async def load(answering: Callable[[Answer], Awaitable[None]]) -> None:
    """The process that calls: its first question says where and as whom, every further one is a lap of each case."""
    async with AsyncExitStack() as opened:
        calls: dict[str, list[Callable[[], Awaitable[object]]]] = {}

        async def answer(question: Json) -> Json:
            if calls:
                laps = await drive_in_turn(calls[question["call"]], question["seconds"])
                return {"laps": [lap.as_json() for lap in laps]}
            channels = [
                await opened.enter_async_context(grpc.aio.insecure_channel(f"{LOOPBACK}:{question['ports'][name]}"))
                for name in ("whole", "unguarded")
            ]
            for call in CALLS:
                calls[call] = [_calling(channel, call, question) for channel in channels]
                for one in calls[call] * CALLERS:
                    # Connections are opened, and statements prepared, before anything is measured.
                    await one()
            return {}

        await answering(answer)


def _calling(channel: grpc.aio.Channel, call: str, question: Json) -> Callable[[], Awaitable[object]]:
    rpc: Any = channel.unary_unary(f"{_SERVICE}/{call}")
    turns = itertools.cycle([(("authorization", f"Bearer {token}"),) for token in question["tokens"][call]])
    numbers = itertools.count()
    name = id(rpc)

    def once() -> Awaitable[object]:
        request = _request(call, question["members"][call], f"{call}-{name}-{next(numbers)}")
        answered: Awaitable[object] = rpc(request, metadata=next(turns), timeout=_TIMEOUT_SECONDS)
        return answered

    return once


def _request(call: str, member: str, request_id: str) -> bytes:
    message: Any = getattr(ledger, f"{call}Request")(program_id=_PROGRAM)
    message.member.member_id = member
    if call == "RedeemPoints":
        message.request_id, message.location_id, message.brand_id = request_id, "mall-1", "NORTH"
        message.currency_code, message.points = "USD", 1
        message.occur_time.GetCurrentTime()
    encoded: bytes = message.SerializeToString()
    return encoded


if __name__ == "__main__":
    answer_all(load)
