"""Wires WatchService: what the ledger judges spends by."""

from loyalty.identity.v1 import watch_service_pb2
from loyalty.identity.v1.watch_service_pb2_grpc import add_WatchServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from chassis.runtime.velocity.misses import Misses
from identity_service.app.parts import Parts, contract_of
from identity_service.servicer.watching import WatchServicer
from identity_service.store.marks import PostgresMarks
from identity_service.use_cases.tell_of_spends import TellOfSpends

_CONTRACT = contract_of(watch_service_pb2.DESCRIPTOR.services_by_name["WatchService"])


def watch_service(parts: Parts, misses: Misses) -> RegisteredService:
    """The service, wired."""
    marks = PostgresMarks(parts.database, misses)
    servicer = WatchServicer(TellOfSpends(parts.registry, marks, parts.programs))
    return RegisteredService(_CONTRACT, add_WatchServiceServicer_to_server, servicer)
