"""The composition root: the only file that names concrete classes and wires them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from loyalty.ledger.v1 import ledger_service_pb2
from loyalty.rules.v1 import rules_service_pb2
from loyalty.settlement.v1 import settlement_service_pb2
from loyalty.settlement.v1.settlement_service_pb2_grpc import add_SettlementServiceServicer_to_server
from loyalty.type.v1 import role_pb2

from chassis.runtime.application import Application, RegisteredService, Runtime
from chassis.runtime.channel import connect
from chassis.runtime.contract import ServiceContract
from chassis.runtime.postgres import Database, open_database
from chassis.runtime.tokens import TokenFile
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.peers.ledger import LedgerLog, LedgerTotalsPeer
from settlement_service.peers.rules import RulesFeed
from settlement_service.servicer import SettlementServicer
from settlement_service.settings import Settings
from settlement_service.store.books import BooksStore
from settlement_service.store.journal import JournalStore
from settlement_service.store.verification import VerificationStore
from settlement_service.use_cases.arrivals import BooksMoved
from settlement_service.use_cases.book_events import BookEvents
from settlement_service.use_cases.get_brand_books import GetBrandBooks
from settlement_service.use_cases.get_positions import GetPositions
from settlement_service.use_cases.list_journal_entries import ListJournalEntries
from settlement_service.use_cases.ports import LedgerTotals
from settlement_service.use_cases.reach import Reach
from settlement_service.use_cases.reconcile_ledger import ReconcileLedger
from settlement_service.use_cases.verify_books import VerifyBooks
from settlement_service.workers.intake import Intake
from settlement_service.workers.programs import following_programs

_CONTRACT = ServiceContract.of(settlement_service_pb2.DESCRIPTOR.services_by_name["SettlementService"], role_pb2.roles)
_LEDGER = ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"]
_RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]
_TOTALS_SECONDS = 30.0
_VERIFICATION_MS = 120_000
"""The checkers of the books share one snapshot."""


@asynccontextmanager
async def build(settings: Settings, runtime: Runtime) -> AsyncIterator[Application]:
    """The service, wired."""
    token = TokenFile(settings.service_token_file)
    programs = ProgramDirectory()
    async with (
        open_database(
            settings.database_url,
            application_name=runtime.service_name,
            pool_size=settings.database_pool_size,
            transaction_timeout_ms=_VERIFICATION_MS,
        ) as database,
        connect(settings.ledger_address, _LEDGER, token, timeout_seconds=_TOTALS_SECONDS) as ledger,
        connect(settings.rules_address, _RULES, token) as rules,
        following_programs(RulesFeed(rules), programs) as programs_worker,
    ):
        moved = BooksMoved()
        intake = Intake(LedgerLog(ledger), BookEvents(JournalStore(database), moved))
        servicer = _servicer(database, programs, moved, LedgerTotalsPeer(ledger))
        yield Application(
            services=[RegisteredService(_CONTRACT, add_SettlementServiceServicer_to_server, servicer)],
            workers=[programs_worker, intake.worker()],
        )


def _servicer(
    database: Database, programs: ProgramDirectory, moved: BooksMoved, ledger: LedgerTotals
) -> SettlementServicer:
    books = BooksStore(database)
    reach = Reach(books, moved)
    return SettlementServicer(
        get_positions=GetPositions(programs, reach, books),
        get_brand_books=GetBrandBooks(programs, reach, books),
        list_journal_entries=ListJournalEntries(programs, books),
        reconcile_ledger=ReconcileLedger(programs, reach, books, ledger),
        verify_books=VerifyBooks(programs, VerificationStore(database)),
    )
