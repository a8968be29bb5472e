"""No log, trace, error, event, export, metric, process list, key of Valkey or database outside identity's own tables of
personal data holds any; and no secret is where it may be read.

Markers are planted in every field that may be personal of every rpc, generated from the contracts, in calls that
succeed and calls that are refused, with tokens of several roles; then everything that was written is searched.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import grpc
import pytest_asyncio
from google.protobuf.descriptor import MethodDescriptor
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.type.v1 import member_pb2
from valkey.asyncio import Valkey

from deploy.local.mesh import PROGRAMS
from deploy.local.services import SERVICES
from deploy.local.stack import LocalStack
from identity_service.store.erasure import ERASED
from tests.integration.mesh.planted import MARK, Planter, methods, pattern
from tests.integration.mesh.surroundings import command_lines, environments, secrets_of, valkey_content
from tests.support.collector import Collector
from tests.support.mesh import open_till

PROGRAM, OTHERS = "scan-test", "scan-others"
FLUSH_SECONDS = 1.5
"""Spans are written once a second."""
CALL_SECONDS = 3.0
AT_ONCE = 24
VARIANTS = 3
"""Of the branches of oneofs: the first, the second, the third or the first again."""
LAST = ("AbandonImport", "AbandonBalanceImport")
"""What would leave the others with nothing to be about."""
LEFT_OUT = ("SubmitCommands", "YieldLane", "MoveLane", "EraseMember")
"""Between ledger processes, where what they carry came in by another rpc; and what would empty the tables that prove
the search. Erasure has a test of its own."""


class Scan:
    """What was said back, and where it was said."""

    def __init__(self) -> None:
        self.errors: list[tuple[str, bytes]] = []
        self.answers: list[tuple[str, bytes]] = []
        self.answered: set[str] = set()
        self.tokens: list[str] = []

    def suspects(self, said: Sequence[tuple[str, bytes]], *, staff: bool) -> list[str]:
        """The rpcs that said a marker."""
        marked = pattern(staff=staff)
        return sorted({name for name, text in said if marked.search(text.decode("latin-1"))})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planted(stack: LocalStack, collector: Collector) -> AsyncIterator[tuple[Scan, Planter]]:
    """Every rpc has been called, and all that is written of it is on the disk."""
    scan = Scan()
    async with open_till(stack, PROGRAM) as office, open_till(stack, OTHERS):
        await office.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana = await office.enroll("CARD-SCAN")
        planter = Planter(PROGRAM, ana, await office.enroll("CARD-SCAN-2"))
        for kind in sorted(set(member_pb2.IdentifierKind.values()) - {member_pb2.IDENTIFIER_KIND_UNSPECIFIED}):
            request = identity.EnrollMemberRequest(
                program_id=PROGRAM, request_id=f"scan-{kind}", identifiers=[planter.identifier(kind)]
            )
            await office.mesh.identity.EnrollMember(request)
        await _call_everything(stack, planter, scan)
    async with asyncio.timeout(20):
        await asyncio.gather(asyncio.sleep(FLUSH_SECONDS), collector.next_of(SERVICES))
    yield scan, planter


async def _call_everything(stack: LocalStack, planter: Planter, scan: Scan) -> None:
    everything = ("HEADQUARTERS_ADMIN", "POS", "FINANCE", "SERVICE")
    tokens = [
        stack.token("scan-office", programs=[PROGRAM], roles=everything),
        stack.token("scan-till", programs=[PROGRAM], roles=["POS"]),
        stack.token("scan-stranger", programs=[OTHERS], roles=everything),
    ]
    scan.tokens = tokens
    wanted = [method for method in methods() if method.name not in LEFT_OUT]
    wanted.sort(key=lambda method: method.name in LAST)
    gate = asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as channels:
        # With a service's certificate, so that what only services may call is carried out too.
        open_to = {
            name: await channels.enter_async_context(stack.peer(name, of="ledger").channel()) for name in SERVICES
        }

        async def call(method: MethodDescriptor, branch: int, token: str) -> None:
            async with gate:
                for name in _services_of(method):
                    await _said(open_to[name], method, planter.request(method, branch), token, scan)

        for late in (False, True):
            calls = [
                call(method, branch, token)
                for branch in range(VARIANTS)
                for method in wanted
                for token in (tokens if branch == 0 else tokens[:1])
                if (method.name in LAST) == late
            ]
            await asyncio.gather(*calls)


def _services_of(method: MethodDescriptor) -> Sequence[str]:
    area = method.full_name.split(".")[1]
    return tuple(SERVICES) if area == "type" else (area,)


async def _said(channel: Any, method: MethodDescriptor, request: Any, token: str, scan: Scan) -> None:
    """One call to its first answer."""
    make = getattr(
        channel,
        f"{'stream' if method.client_streaming else 'unary'}_{'stream' if method.server_streaming else 'unary'}",
    )
    path = f"/{method.containing_service.full_name}/{method.name}"
    stub = make(path, request_serializer=lambda message: message.SerializeToString(), response_deserializer=bytes)
    asked = iter([request]) if method.client_streaming else request
    call = stub(asked, metadata=(("authorization", f"Bearer {token}"),), timeout=CALL_SECONDS)
    try:
        if method.server_streaming:
            async with asyncio.timeout(0.3):
                answer = await call.read()
        else:
            answer = await call
        if answer is not grpc.aio.EOF:
            scan.answers.append((method.full_name, answer))
        scan.answered.add(method.full_name)
    except grpc.aio.AioRpcError as error:
        scan.errors.append((method.full_name, (error.details() or "").encode()))
        for _, value in error.trailing_metadata() or ():
            scan.errors.append((method.full_name, value if isinstance(value, bytes) else value.encode()))
    except TimeoutError:
        scan.answered.add(method.full_name)
    finally:
        call.cancel()


def test_the_markers_reached_what_is_personal_and_many_calls_succeeded(planted: tuple[Scan, Planter]) -> None:
    scan, planter = planted
    assert {"given_name", "family_name", "display_name", "pin"} <= set(planter.texts)
    assert len(scan.answered) > 40
    assert len({name for name, _ in scan.errors}) > 100


def test_no_error_says_anything_personal(planted: tuple[Scan, Planter]) -> None:
    scan, _ = planted
    assert scan.suspects(scan.errors, staff=True) == []


def test_no_answer_but_identitys_says_anything_personal(planted: tuple[Scan, Planter]) -> None:
    scan, _ = planted
    others = [(name, text) for name, text in scan.answers if not name.startswith("loyalty.identity.")]
    assert scan.suspects(others, staff=False) == []


def test_no_log_and_no_trace_says_anything_personal(stack: LocalStack, planted: tuple[Scan, Planter]) -> None:
    marked = pattern(staff=True)
    files = [*stack.settings.log_dir.iterdir(), *stack.settings.trace_dir.iterdir()]
    assert len(files) >= 2 * len(SERVICES)
    assert {file.name for file in files if _holds(file, marked)} == set()


def _holds(file: Path, marked: re.Pattern[str]) -> bool:
    with file.open(errors="replace") as lines:
        return any(marked.search(line) for line in lines)


def test_no_metric_says_anything_personal(collector: Collector, planted: tuple[Scan, Planter]) -> None:
    assert set(collector.metrics_text) == set(SERVICES)
    assert {"rpc.server.call.duration", "audit.head", "tls.certificate.seconds_left"} <= collector.metric_names
    marked = pattern(staff=True)
    assert {name for name, text in collector.metrics_text.items() if marked.search(text)} == set()


def test_no_process_shows_anything_personal(stack: LocalStack, planted: tuple[Scan, Planter]) -> None:
    shown = [*command_lines(stack), *environments(stack)]
    assert len(shown) > 2 * len(stack.processes)
    assert any("identity_service" in text for _, text in shown)
    marked = pattern(staff=True)
    assert {pid for pid, text in shown if marked.search(text)} == set()


async def test_no_key_of_valkey_holds_anything_personal(stack: LocalStack, planted: tuple[Scan, Planter]) -> None:
    async with Valkey.from_url(stack.valkey.url) as valkey:
        await valkey.hset("scan-control", "who", f"{MARK}0")
        content = [one async for one in valkey_content(stack)]
        await valkey.delete("scan-control")
    marked = pattern(staff=True)
    assert {key for key, text in content if marked.search(text)} == {"scan-control"}
    assert len(content) > 1, "leases at least"


async def test_no_secret_is_in_a_command_line_log_trace_error_metric_or_valkey(
    stack: LocalStack, collector: Collector, planted: tuple[Scan, Planter]
) -> None:
    scan, _ = planted
    secrets = secrets_of(stack) | {"tokens of callers": {token.rpartition(".")[2] for token in scan.tokens}}
    assert {"signing_key.pem", "identity_app.password", "ledger.token", "ledger.fingerprint_key"} <= set(secrets)
    assert all(secrets.values())
    any_of = re.compile("|".join(re.escape(text) for texts in secrets.values() for text in texts))
    texts = [*command_lines(stack), *collector.metrics_text.items(), *[one async for one in valkey_content(stack)]]
    texts += [(name, said.decode("latin-1")) for name, said in scan.errors]
    found = {name for name, text in texts if any_of.search(text)}
    files = [*stack.settings.log_dir.iterdir(), *stack.settings.trace_dir.iterdir()]
    assert found | {file.name for file in files if _holds(file, any_of)} == set()
    # Of what a service needs, its own account reads nothing else in its environment than the passwords in its URLs.
    needed = "|".join(re.escape(text) for name, texts in secrets.items() if ".password" not in name for text in texts)
    assert {pid for pid, text in environments(stack) if re.search(needed, text)} == set()


async def test_no_audit_record_holds_what_somebody_wrote(stack: LocalStack, planted: tuple[Scan, Planter]) -> None:
    assert await _tables_that_hold(stack, pattern(staff=True), "audit_%") == set()


async def test_no_database_outside_identitys_personal_tables_holds_anything_personal(
    stack: LocalStack, planted: tuple[Scan, Planter]
) -> None:
    personal = {f"identity.{table}" for erasable in ERASED for table in erasable.tables}
    found = await _tables_that_hold(stack, pattern(staff=False))
    assert found - personal == set()
    # What the search finds where it has to be, it would have found elsewhere.
    assert {"identity.identifier_value", "identity.member_profile"} <= found


async def _tables_that_hold(stack: LocalStack, marked: re.Pattern[str], named: str = "%") -> set[str]:
    found = set()
    for service in SERVICES:
        connection = await asyncpg.connect(stack.database(service).owner_url)
        try:
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE $1"
            for [table] in await connection.fetch(tables, named):
                sql = f'SELECT EXISTS (SELECT 1 FROM "{table}" AS row WHERE row::text ~* $1)'
                if await connection.fetchval(sql, marked.pattern):
                    found.add(f"{service}.{table}")
        finally:
            await connection.close()
    return found
