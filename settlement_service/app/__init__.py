"""The composition root: opens what settlement needs; the files beside this one wire a gRPC service each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from loyalty.ledger.v1 import ledger_service_pb2
from loyalty.rules.v1 import rules_service_pb2

from chassis.runtime.application import Application, Policies, Runtime
from chassis.runtime.channel import connect
from chassis.runtime.guarded import open_guarded_database
from chassis.runtime.postgres import open_database
from chassis.runtime.tokens import TokenFile
from settlement_service.app.audit import audit_log_service, opened_audit
from settlement_service.app.books import books_service
from settlement_service.app.netting import netting_service
from settlement_service.app.parts import Parts
from settlement_service.app.periods import period_service
from settlement_service.app.reconciliation import nightly_worker, reconciliation_service
from settlement_service.app.revenue import revenue_service
from settlement_service.app.statements import statement_service
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.peers.ledger import LedgerLog
from settlement_service.peers.rules import RulesFeed
from settlement_service.settings import Settings
from settlement_service.store.books import BooksStore
from settlement_service.store.journal import JournalStore
from settlement_service.use_cases.arrivals import BooksMoved
from settlement_service.use_cases.book_events import BookEvents
from settlement_service.use_cases.reach import Reach
from settlement_service.workers.intake import Intake
from settlement_service.workers.programs import following_programs

_LEDGER = ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"]
_RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]
_LEDGER_SECONDS = 30.0
_CLOSE_MS = 120_000
"""A close or a netting of many entities is one transaction."""
_HISTORY_MS = 600_000
"""Checkers and recounts read the whole history; they have connections of their own, so that nobody waits for one."""
_HISTORY_CONNECTIONS = 2
_LONGEST_CALL_SECONDS = 300.0
"""Those calls are unary."""


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
            transaction_timeout_ms=_CLOSE_MS,
        ) as database,
        opened_audit(database, runtime) as audit,
        open_database(
            settings.database_url,
            application_name=f"{runtime.service_name}-history",
            pool_size=_HISTORY_CONNECTIONS,
            statement_timeout_ms=_HISTORY_MS,
            transaction_timeout_ms=_HISTORY_MS,
            whole_history=True,
        ) as history,
        open_guarded_database(
            settings.database_url,
            application_name=runtime.service_name,
            pool_size=settings.database_pool_size,
            transaction_timeout_ms=_CLOSE_MS,
        ) as shown,
        connect(
            runtime.transport.peer(settings.ledger_address), _LEDGER, token, timeout_seconds=_LEDGER_SECONDS
        ) as ledger,
        connect(runtime.transport.peer(settings.rules_address), _RULES, token) as rules,
        following_programs(RulesFeed(rules), programs) as programs_worker,
    ):
        moved = BooksMoved()
        books = BooksStore(database)
        intake = Intake(LedgerLog(ledger), BookEvents(JournalStore(database), moved))
        parts = Parts(
            database, history, shown, ledger, rules, programs, moved, runtime.clock, books, Reach(books, moved)
        )
        yield Application(
            services=[
                books_service(parts),
                reconciliation_service(parts),
                netting_service(parts),
                period_service(parts),
                statement_service(parts),
                revenue_service(parts),
                audit_log_service(audit),
            ],
            workers=[programs_worker, audit.worker(), intake.worker(), nightly_worker(parts, settings)],
            policies=Policies(unary_timeout_seconds=_LONGEST_CALL_SECONDS),
            places=programs.places,
            audit=audit,
        )
