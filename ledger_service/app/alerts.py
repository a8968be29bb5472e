"""Wires AlertService and the watching of spends."""

from datetime import timedelta

from loyalty.ledger.v1 import alert_service_pb2
from loyalty.ledger.v1.alert_service_pb2_grpc import add_AlertServiceServicer_to_server
from loyalty.type.v1 import role_pb2

from chassis.runtime.application import RegisteredService, Worker
from chassis.runtime.contract import ServiceContract
from chassis.runtime.postgres import Database
from ledger_service.app.parts import Parts
from ledger_service.domain.alerts import Thresholds
from ledger_service.servicer.alerts import AlertServicer
from ledger_service.settings import Settings
from ledger_service.store.alerts import PostgresAlerts
from ledger_service.use_cases.alert_ports import Surroundings
from ledger_service.use_cases.alerts import AcknowledgeAlert, ListAlerts, WatchProofs, WatchSpends
from ledger_service.workers.chores import chore_workers
from ledger_service.workers.watch_spends import Watch

_SERVICE = alert_service_pb2.DESCRIPTOR.services_by_name["AlertService"]


def alert_service(parts: Parts, database: Database) -> RegisteredService:
    """The service, wired."""
    alerts = PostgresAlerts(database, parts.clock)
    servicer = AlertServicer(
        ListAlerts(parts.programs, alerts), AcknowledgeAlert(parts.admission, parts.programs, alerts)
    )
    contract = ServiceContract.of(_SERVICE, role_pb2.roles)
    return RegisteredService(contract, add_AlertServiceServicer_to_server, servicer)


def alert_workers(
    parts: Parts, database: Database, settings: Settings, surroundings: Surroundings
) -> tuple[Worker, ...]:
    """The watch over all partitions and over refused proofs; of several processes one is at it at a time."""
    thresholds = Thresholds(
        far_apart=timedelta(seconds=settings.alert_far_apart_seconds),
        many_members=settings.alert_many_members,
        many_within=timedelta(seconds=settings.alert_many_members_seconds),
        missed_lookups=settings.alert_missed_lookups,
        guessed_within=timedelta(seconds=settings.alert_missed_lookups_seconds),
        refused_proofs=settings.alert_refused_proofs,
        refused_within=timedelta(seconds=settings.alert_refused_proofs_seconds),
        identifier_changed=timedelta(seconds=settings.alert_identifier_changed_seconds),
    )
    alerts = PostgresAlerts(database, parts.clock)
    spends, proofs = WatchSpends(alerts, surroundings, thresholds), WatchProofs(alerts, thresholds)
    return chore_workers({"watch-spends": Watch(spends), "watch-proofs": Watch(proofs)})
