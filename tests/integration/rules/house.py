"""The rules service in this process, on a database of its own; several of them share one for tests of following."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
from loyalty.rules.v1 import rules_service_pb2 as pb
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceStub
from pydantic import SecretStr

from chassis.runtime.application import Runtime
from chassis.runtime.channel import connect
from chassis.runtime.clock import SystemClock
from chassis.runtime.server import Server
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from chassis.runtime.workers import Workers
from deploy.local.databases import Database
from deploy.local.secrets import AUDIENCE, ISSUER
from deploy.local.stack import LocalStack
from rules_service.app import build
from rules_service.domain.program_file import ProgramFile
from rules_service.settings import RulesSettings
from tests.unit.rules.examples import example_files

if TYPE_CHECKING:
    from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceAsyncStub

Stub: TypeAlias = "RulesServiceAsyncStub"
"""The typed face of an asynchronous stub; it exists for type checkers only."""

RULES = pb.DESCRIPTOR.services_by_name["RulesService"]

_NUMBERS = count(1)


@dataclass(frozen=True)
class House:
    """One running instance."""

    address: str
    database: Database
    servers: LocalStack

    @asynccontextmanager
    async def stub(
        self,
        subject: str = "headquarters",
        *,
        programs: Sequence[str] = ("*",),
        roles: Sequence[str] = ("HEADQUARTERS_ADMIN", "SERVICE"),
    ) -> AsyncIterator[Stub]:
        """The service as a caller sees it, over a connection of its own."""
        token = self.servers.secrets.mint_token(subject, programs=programs, roles=roles)
        async with connect(PLAIN.peer(self.address), RULES, lambda: token, timeout_seconds=30.0) as channel:
            yield RulesServiceStub(channel)


@asynccontextmanager
async def open_house(servers: LocalStack, database: Database, *, reconcile_seconds: float = 60) -> AsyncIterator[House]:
    """An instance with its workers. The tick is slow, so that what is seen at once was announced."""
    settings = RulesSettings(
        listen_address="127.0.0.1:0",
        database_url=SecretStr(database.url),
        jwks_file=servers.secrets.jwks_file,
        plaintext="loopback",
        reconcile_seconds=reconcile_seconds,
    )
    verifier = TokenVerifier(servers.secrets.jwks_file, ISSUER, AUDIENCE)
    async with build(settings, Runtime("rules", SystemClock(), PLAIN)) as application:
        server, workers = Server(application, verifier), Workers(application.workers)
        port = await server.start("127.0.0.1:0", PLAIN)
        await server.ready()
        try:
            yield House(f"127.0.0.1:{port}", database, servers)
        finally:
            await server.stop(0.2)
            await workers.stop(1)


def small_program(program_id: str, points: int = 1, *, sandbox: bool = True, more: str = "") -> str:
    """A program of one brand at one location, in one file."""
    return f"""
program: {{id: {program_id}, name: Small, sandbox: {str(sandbox).lower()}}}
entities: {{north: {{name: North Inc.}}}}
brands:
  NORTH: {{name: North, entity: north, liability: 0.008 USD, point_values: [{{worth: 0.01 USD}}]}}
locations:
  mall: {{name: Mall, operator: north, brands: NORTH, currency: USD, time_zone: America/New_York}}
earn_rules:
  base: {{brand: NORTH, per_amount: {{points: {points}, per: 1.00 USD}}}}
{more}
"""


def apply_request(
    program_id: str, *texts: str, request_id: str | None = None, expected: str = "", dry_run: bool = False
) -> pb.ApplyProgramRequest:
    """A change of a program to these texts, one file each."""
    return pb.ApplyProgramRequest(
        program_id=program_id,
        request_id=request_id or f"apply-{next(_NUMBERS)}",
        files=[pb.ProgramFile(path=f"{number}.yaml", content=text) for number, text in enumerate(texts)],
        expected_revision=expected,
        dry_run=dry_run,
    )


def apply_example(name: str) -> pb.ApplyProgramRequest:
    """An example program, as it is."""
    return pb.ApplyProgramRequest(
        program_id=name,
        request_id=f"apply-{next(_NUMBERS)}",
        files=[_file(file) for file in example_files(name)],
    )


def _file(file: ProgramFile) -> pb.ProgramFile:
    return pb.ProgramFile(path=file.path, content=file.content)


async def listeners(servers: LocalStack, house: House, number: int) -> list[int]:
    """The server processes of listening connections, as soon as there are so many."""
    connection = await asyncpg.connect(servers.postgres.url(house.database.name))
    try:
        async with asyncio.timeout(20):
            while True:
                rows = await connection.fetch(
                    "SELECT pid FROM pg_stat_activity WHERE application_name = 'rules-listener' AND datname = $1"
                    " AND query LIKE 'LISTEN%' AND state = 'idle'",
                    house.database.name,
                )
                if len(rows) == number:
                    return [row["pid"] for row in rows]
                await asyncio.sleep(0.02)
    finally:
        await connection.close()
