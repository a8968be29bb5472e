"""The identity service in this process, before a stand-in for the rules service that tells which programs exist."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from loyalty.identity.v1 import identity_service_pb2, person_service_pb2
from loyalty.identity.v1.identity_service_pb2_grpc import IdentityServiceStub
from loyalty.identity.v1.person_service_pb2_grpc import PersonServiceStub
from loyalty.rules.v1 import program_pb2, rules_service_pb2
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceServicer, add_RulesServiceServicer_to_server
from loyalty.type.v1 import role_pb2
from pydantic import SecretStr

from chassis.runtime.application import Application, RegisteredService, Runtime
from chassis.runtime.behaviour import Context
from chassis.runtime.channel import connect
from chassis.runtime.clock import Clock, SystemClock
from chassis.runtime.contract import ServiceContract
from chassis.runtime.server import Server
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from chassis.runtime.workers import Workers
from deploy.local.databases import Database
from deploy.local.secrets import AUDIENCE, ISSUER
from deploy.local.stack import LocalStack
from identity_service.app import build
from identity_service.settings import Settings

if TYPE_CHECKING:
    from loyalty.identity.v1.identity_service_pb2_grpc import IdentityServiceAsyncStub
    from loyalty.identity.v1.person_service_pb2_grpc import PersonServiceAsyncStub

Stub: TypeAlias = "IdentityServiceAsyncStub"
People: TypeAlias = "PersonServiceAsyncStub"
"""The typed faces of asynchronous stubs; they exist for type checkers only."""

IDENTITY = identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"]
PEOPLE = person_service_pb2.DESCRIPTOR.services_by_name["PersonService"]
RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]

LOCATIONS = tuple(f"loc-{number}" for number in range(10))
BRANDS = ("NORTH", "HARBOR")
REGION = "EAST"
"""What every program has."""


@dataclass
class Programs(RulesServiceServicer):
    """Tells the programs it is given, also later ones; `cut` breaks every stream."""

    told: list[str]
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def StreamProgramRevisions(
        self, request: rules_service_pb2.StreamProgramRevisionsRequest, context: Context
    ) -> AsyncIterator[rules_service_pb2.StreamProgramRevisionsResponse]:
        """The programs so far, caught up, and then each new one."""
        sent = 0
        caught_up = False
        while True:
            changed = self.changed
            for program_id in self.told[sent:]:
                program = program_pb2.Program(
                    program_id=program_id,
                    locations=[program_pb2.Location(location_id=location, region=REGION) for location in LOCATIONS],
                    brands=[program_pb2.Brand(brand_id=brand) for brand in BRANDS],
                )
                revision = program_pb2.ProgramRevision(
                    program_id=program_id, revision="rev_1", sequence=1, program=program
                )
                yield rules_service_pb2.StreamProgramRevisionsResponse(revision=revision)
            sent = len(self.told)
            if not caught_up:
                yield rules_service_pb2.StreamProgramRevisionsResponse(caught_up=rules_service_pb2.CaughtUp())
                caught_up = True
            await changed.wait()

    def add(self, program_id: str) -> None:
        """A program that is applied now."""
        self.told.append(program_id)
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()

    EvaluateOrders = QuoteRedemption = GetProgram = ApplyProgram = None  # type: ignore[assignment]


@dataclass(frozen=True)
class House:
    """The running service. `rules` tells the programs; `database` is the service's own."""

    address: str
    rules: Programs
    rules_server: Server
    database: Database
    servers: LocalStack

    @asynccontextmanager
    async def stub(
        self,
        subject: str = "till",
        *,
        programs: Sequence[str] = ("*",),
        roles: Sequence[str] = ("POS", "SERVICE"),
        **claims: Any,
    ) -> AsyncIterator[Stub]:
        """The service as a caller sees it, over a connection of its own."""
        token = self.servers.secrets.mint_token(subject, programs=programs, roles=roles, **claims)
        async with connect(PLAIN.peer(self.address), IDENTITY, lambda: token) as channel:
            yield IdentityServiceStub(channel)

    @asynccontextmanager
    async def people(
        self,
        subject: str = "office",
        *,
        programs: Sequence[str] = ("*",),
        roles: Sequence[str] = ("HEADQUARTERS_ADMIN",),
        **claims: Any,
    ) -> AsyncIterator[People]:
        """PersonService as a caller sees it, over a connection of its own."""
        token = self.servers.secrets.mint_token(subject, programs=programs, roles=roles, **claims)
        async with connect(PLAIN.peer(self.address), PEOPLE, lambda: token) as channel:
            yield PersonServiceStub(channel)

    @asynccontextmanager
    async def sql(self, *, owner: bool = False) -> AsyncIterator[asyncpg.Connection]:
        """The database as the serving role sees it, or its owner."""
        connection = await asyncpg.connect(self.database.owner_url if owner else self.database.url)
        try:
            yield connection
        finally:
            await connection.close()


def telling(programs: Sequence[str]) -> tuple[Application, Programs]:
    """A rules service that tells of programs and does nothing else."""
    rules = Programs(list(programs))
    contract = ServiceContract.of(RULES, role_pb2.roles)
    return Application(services=[RegisteredService(contract, add_RulesServiceServicer_to_server, rules)]), rules


@asynccontextmanager
async def serving(
    application: Application, verifier: TokenVerifier, address: str = "127.0.0.1:0"
) -> AsyncIterator[tuple[str, Server]]:
    """A server with its workers; its address and itself."""
    server, workers = Server(application, verifier), Workers(application.workers)
    port = await server.start(address, PLAIN)
    await server.ready()
    try:
        yield f"127.0.0.1:{port}", server
    finally:
        await server.stop(0.2)
        await workers.stop(1)


@asynccontextmanager
async def open_house(
    servers: LocalStack,
    database: Database,
    programs: Sequence[str],
    clock: Clock | None = None,
    listen_address: str = "127.0.0.1:0",
) -> AsyncIterator[House]:
    """Both services, wired as in a process of their own; `clock` is the real one unless another is given."""
    verifier = TokenVerifier(servers.secrets.jwks_file, ISSUER, AUDIENCE)
    told, rules = telling(programs)
    async with serving(told, verifier) as (rules_address, rules_server):
        settings = Settings(
            listen_address="127.0.0.1:0",
            database_url=SecretStr(database.url),
            jwks_file=servers.secrets.jwks_file,
            plaintext="loopback",
            service_token_file=servers.secrets.service_token_file("identity"),
            rules_address=rules_address,
            fingerprint_key_file=servers.secrets.fingerprint_key_file("identity"),
            # One till of the tests enrolls in a second whom others enroll in a day.
            taken_identifiers_per_caller_a_minute=0,
        )
        async with (
            build(settings, Runtime("identity", clock or SystemClock(), PLAIN)) as application,
            serving(application, verifier, listen_address) as (address, _),
        ):
            yield House(address, rules, rules_server, database, servers)
