"""The settlement service in this process, fed by a small ledger and a stand-in for the rules service."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
from loyalty.ledger.v1 import ledger_service_pb2
from loyalty.ledger.v1.ledger_service_pb2_grpc import add_LedgerServiceServicer_to_server
from loyalty.rules.v1 import program_pb2, rules_service_pb2
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceServicer, add_RulesServiceServicer_to_server
from loyalty.settlement.v1 import books_pb2, period_service_pb2, settlement_service_pb2
from loyalty.settlement.v1 import settlement_service_pb2 as messages
from loyalty.settlement.v1.period_service_pb2_grpc import PeriodServiceStub
from loyalty.settlement.v1.settlement_service_pb2_grpc import SettlementServiceStub
from loyalty.type.v1 import role_pb2
from pydantic import SecretStr

from chassis.runtime.application import Application, RegisteredService, Runtime
from chassis.runtime.behaviour import Context
from chassis.runtime.channel import connect
from chassis.runtime.clock import SystemClock
from chassis.runtime.contract import ServiceContract
from chassis.runtime.server import Server
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from chassis.runtime.workers import Workers
from deploy.local.databases import Database
from deploy.local.secrets import AUDIENCE, EVERYTHING, ISSUER
from deploy.local.stack import LocalStack
from settlement_service.app import build
from settlement_service.domain.event import Event
from settlement_service.settings import Settings
from tests.integration.settlement.ledger import FakeLedger
from tests.property.settlement.model import PROGRAM
from tests.unit.settlement.messages import event_message

if TYPE_CHECKING:
    from loyalty.settlement.v1.period_service_pb2_grpc import PeriodServiceAsyncStub
    from loyalty.settlement.v1.settlement_service_pb2_grpc import SettlementServiceAsyncStub

Stub: TypeAlias = "SettlementServiceAsyncStub"
"""The typed face of an asynchronous stub; it exists for type checkers only."""

PeriodStub: TypeAlias = "PeriodServiceAsyncStub"

SETTLEMENT = settlement_service_pb2.DESCRIPTOR.services_by_name["SettlementService"]
PERIODS = period_service_pb2.DESCRIPTOR.services_by_name["PeriodService"]
LEDGER = ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"]
RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]

BRANDS = ("north", "harbor", "peak", "linden")


def four_brands() -> program_pb2.Program:
    """A program of four brands and nothing else."""
    return program_pb2.Program(brands=[program_pb2.Brand(brand_id=brand) for brand in BRANDS])


class OneProgram(RulesServiceServicer):
    """Tells of one program."""

    def __init__(self, program: program_pb2.Program | None = None) -> None:
        self._program = program or four_brands()

    async def StreamProgramRevisions(
        self, request: rules_service_pb2.StreamProgramRevisionsRequest, context: Context
    ) -> AsyncIterator[rules_service_pb2.StreamProgramRevisionsResponse]:
        """The program, caught up, and nothing more."""
        revision = program_pb2.ProgramRevision(program_id=PROGRAM, revision="rev_1", program=self._program)
        yield rules_service_pb2.StreamProgramRevisionsResponse(revision=revision)
        yield rules_service_pb2.StreamProgramRevisionsResponse(caught_up=rules_service_pb2.CaughtUp())
        await asyncio.Event().wait()

    EvaluateOrders = QuoteRedemption = GetProgram = ApplyProgram = None  # type: ignore[assignment]


@dataclass(frozen=True)
class House:
    """The running service with its neighbours and its database."""

    address: str
    ledger: FakeLedger
    database: Database
    servers: LocalStack

    @asynccontextmanager
    async def stub(
        self,
        *roles: str,
        programs: Sequence[str] = EVERYTHING,
        brands: Sequence[str] = EVERYTHING,
    ) -> AsyncIterator[Stub]:
        """The service as a caller sees it; by default as finance."""
        token = self.servers.secrets.mint_token("office", programs=programs, roles=roles or ("FINANCE",), brands=brands)
        async with connect(PLAIN.peer(self.address), SETTLEMENT, lambda: token) as channel:
            yield SettlementServiceStub(channel)

    @asynccontextmanager
    async def periods(
        self, *roles: str, subject: str = "office", programs: Sequence[str] = EVERYTHING
    ) -> AsyncIterator[PeriodStub]:
        """PeriodService as a caller sees it; by default as finance."""
        token = self.servers.secrets.mint_token(subject, programs=programs, roles=roles or ("FINANCE",))
        async with connect(PLAIN.peer(self.address), PERIODS, lambda: token) as channel:
            yield PeriodServiceStub(channel)

    async def post(self, events: Iterable[Event]) -> None:
        """Commits events in the ledger and waits until they are booked."""
        self.ledger.add(event_message(event) for event in events)
        async with self.stub() as stub:
            await stub.GetPositions(messages.GetPositionsRequest(program_id=PROGRAM, at_least=self.ledger.head))

    async def net(self) -> dict[str, int]:
        """Net positions in dollars; zeros left out."""
        async with self.stub() as stub:
            answer = await stub.GetPositions(
                messages.GetPositionsRequest(program_id=PROGRAM, at_least=self.ledger.head)
            )
        return {net.entity_id: net.minor_units for each in answer.positions for net in each.net if net.minor_units}

    async def checks(self) -> list[books_pb2.BooksCheck]:
        """The outcome of every checker."""
        async with self.stub() as stub:
            return list((await stub.VerifyBooks(messages.VerifyBooksRequest(program_id=PROGRAM))).checks)

    @asynccontextmanager
    async def sql(self, *, owner: bool = False) -> AsyncIterator[asyncpg.Connection]:
        """The database as the serving role sees it, or its owner."""
        async with sql(self.database, owner=owner) as connection:
            yield connection


@asynccontextmanager
async def sql(database: Database, *, owner: bool = False) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the serving role, or of the owner."""
    connection = await asyncpg.connect(database.owner_url if owner else database.url)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def serving(application: Application, verifier: TokenVerifier) -> AsyncIterator[str]:
    """A server with its workers; its address."""
    server, workers = Server(application, verifier), Workers(application.workers)
    port = await server.start("127.0.0.1:0", PLAIN)
    await server.ready()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(0.2)
        await workers.stop(2)


@asynccontextmanager
async def neighbours(
    servers: LocalStack, ledger: FakeLedger, program: program_pb2.Program | None = None
) -> AsyncIterator[str]:
    """The ledger and the rules behind one address."""
    application = Application(
        services=[
            RegisteredService(ServiceContract.of(LEDGER, role_pb2.roles), add_LedgerServiceServicer_to_server, ledger),
            RegisteredService(
                ServiceContract.of(RULES, role_pb2.roles), add_RulesServiceServicer_to_server, OneProgram(program)
            ),
        ]
    )
    async with serving(application, _verifier(servers)) as address:
        yield address


@asynccontextmanager
async def settlement(servers: LocalStack, database: Database, ledger: FakeLedger, peers: str) -> AsyncIterator[House]:
    """The service, with neighbours at the address `peers`."""
    settings = Settings(
        listen_address="127.0.0.1:0",
        database_url=SecretStr(database.url),
        jwks_file=servers.secrets.jwks_file,
        plaintext="loopback",
        service_token_file=servers.secrets.service_token_file("settlement"),
        ledger_address=peers,
        rules_address=peers,
    )
    async with (
        build(settings, Runtime("settlement", SystemClock(), PLAIN)) as application,
        serving(application, _verifier(servers)) as address,
    ):
        yield House(address, ledger, database, servers)


@asynccontextmanager
async def open_house(
    servers: LocalStack,
    database: Database,
    ledger: FakeLedger | None = None,
    program: program_pb2.Program | None = None,
) -> AsyncIterator[House]:
    """The service and its neighbours."""
    ledger = ledger or FakeLedger()
    async with neighbours(servers, ledger, program) as peers, settlement(servers, database, ledger, peers) as house:
        yield house


def _verifier(servers: LocalStack) -> TokenVerifier:
    return TokenVerifier(servers.secrets.jwks_file, ISSUER, AUDIENCE)
