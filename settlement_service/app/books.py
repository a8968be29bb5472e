"""Wires SettlementService: positions, brands' books, the journal, checks."""

from loyalty.settlement.v1 import settlement_service_pb2
from loyalty.settlement.v1.settlement_service_pb2_grpc import add_SettlementServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from settlement_service.app.parts import Parts, contract_of
from settlement_service.peers.ledger import LedgerTotalsPeer
from settlement_service.servicer.books import SettlementServicer
from settlement_service.store.books import BooksStore
from settlement_service.store.figures import FiguresStore
from settlement_service.store.period_names import PeriodNamesStore
from settlement_service.store.recounts import RecountStore
from settlement_service.store.verification import VerificationStore
from settlement_service.store.vouchers import VouchersStore
from settlement_service.use_cases.get_brand_books import GetBrandBooks
from settlement_service.use_cases.get_entity_books import GetEntityBooks
from settlement_service.use_cases.get_positions import GetPositions
from settlement_service.use_cases.list_journal_entries import ListJournalEntries
from settlement_service.use_cases.moments import Moments
from settlement_service.use_cases.reconcile_ledger import ReconcileLedger
from settlement_service.use_cases.verify_books import VerifyBooks

_CONTRACT = contract_of(settlement_service_pb2.DESCRIPTOR.services_by_name["SettlementService"])


def books_service(parts: Parts) -> RegisteredService:
    """The service, wired."""
    programs, reach, books = parts.programs, parts.reach, BooksStore(parts.shown)
    moments, figures = Moments(PeriodNamesStore(parts.shown)), FiguresStore(parts.shown)
    servicer = SettlementServicer(
        get_positions=GetPositions(programs, reach, books),
        get_brand_books=GetBrandBooks(programs, reach, books, moments, figures),
        get_entity_books=GetEntityBooks(programs, reach, moments, figures, VouchersStore(parts.shown)),
        list_journal_entries=ListJournalEntries(programs, books),
        reconcile_ledger=ReconcileLedger(programs, reach, RecountStore(parts.history), LedgerTotalsPeer(parts.ledger)),
        verify_books=VerifyBooks(programs, VerificationStore(parts.history)),
    )
    return RegisteredService(_CONTRACT, add_SettlementServiceServicer_to_server, servicer)
