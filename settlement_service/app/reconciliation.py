"""Wires ReconciliationService and the nightly round."""

from loyalty.settlement.v1 import reconciliation_service_pb2
from loyalty.settlement.v1.reconciliation_service_pb2_grpc import add_ReconciliationServiceServicer_to_server

from chassis.runtime.application import RegisteredService, Worker
from settlement_service.app.parts import Parts, contract_of
from settlement_service.peers.ledger import LedgerTotalsPeer
from settlement_service.peers.ledger_lines import LedgerLinesPeer
from settlement_service.peers.revisions import RevisionsPeer
from settlement_service.servicer.reconciliation import ReconciliationServicer
from settlement_service.settings import Settings
from settlement_service.store.booked_lines import BookedLinesStore
from settlement_service.store.control_totals import ControlTotalsStore
from settlement_service.store.nightly_lock import NightlyLock
from settlement_service.store.period_names import PeriodNamesStore
from settlement_service.store.reconciliations import ReconciliationStore
from settlement_service.store.recounts import RecountStore
from settlement_service.use_cases.accept_difference import AcceptDifference
from settlement_service.use_cases.compare_policies import CompareSettlementPolicies
from settlement_service.use_cases.read_reconciliations import ReadReconciliations
from settlement_service.use_cases.reconcile_nightly import ReconcileNightly
from settlement_service.use_cases.run_ledger import RunLedger
from settlement_service.use_cases.run_prices import RunPrices
from settlement_service.use_cases.run_reconciliation import RunReconciliation
from settlement_service.use_cases.run_tills import RunTills
from settlement_service.use_cases.submit_control_totals import SubmitControlTotals
from settlement_service.workers.nightly import Nightly

_CONTRACT = contract_of(reconciliation_service_pb2.DESCRIPTOR.services_by_name["ReconciliationService"])


def reconciliation_service(parts: Parts) -> RegisteredService:
    """The service, wired."""
    kept, recounts = ReconciliationStore(parts.database), RecountStore(parts.history)
    lines, revisions = BookedLinesStore(parts.database), RevisionsPeer(parts.rules)
    periods = PeriodNamesStore(parts.database)
    servicer = ReconciliationServicer(
        run=_run_reconciliation(parts),
        read=ReadReconciliations(parts.programs, kept),
        accept=AcceptDifference(parts.programs, kept, parts.clock),
        submit=SubmitControlTotals(parts.programs, ControlTotalsStore(parts.database), parts.clock),
        compare=CompareSettlementPolicies(parts.programs, periods, recounts, lines, revisions, kept),
    )
    return RegisteredService(_CONTRACT, add_ReconciliationServiceServicer_to_server, servicer)


def nightly_worker(parts: Parts, settings: Settings) -> Worker:
    """The nightly round as a loop."""
    return Nightly(nightly_round(parts), parts.clock, settings.nightly_hour, settings.nightly_check_seconds).worker()


def nightly_round(parts: Parts) -> ReconcileNightly:
    """The nightly round."""
    return ReconcileNightly(
        parts.programs,
        _run_reconciliation(parts),
        ReconciliationStore(parts.database),
        ControlTotalsStore(parts.database),
        NightlyLock(parts.database),
    )


def _run_reconciliation(parts: Parts) -> RunReconciliation:
    ledger_lines = LedgerLinesPeer(parts.ledger)
    recounts, lines = RecountStore(parts.history), BookedLinesStore(parts.database)
    return RunReconciliation(
        parts.programs,
        PeriodNamesStore(parts.database),
        recounts,
        ReconciliationStore(parts.database),
        RunLedger(recounts, lines, LedgerTotalsPeer(parts.ledger), ledger_lines),
        RunPrices(parts.programs, RevisionsPeer(parts.rules), lines),
        RunTills(parts.programs, ControlTotalsStore(parts.database), ledger_lines),
        parts.clock,
    )
