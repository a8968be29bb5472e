"""Wires ImportService: members of existing programs."""

from loyalty.identity.v1 import import_service_pb2
from loyalty.identity.v1.import_service_pb2_grpc import add_ImportServiceServicer_to_server

from chassis.runtime.application import RegisteredService, Worker
from chassis.runtime.workers import repeating
from identity_service.app.parts import Parts, contract_of
from identity_service.servicer.imports import ImportServicer
from identity_service.store.imports import PostgresImports
from identity_service.use_cases.abandon_import import AbandonImport
from identity_service.use_cases.commit_import import CommitImport
from identity_service.use_cases.import_members import ImportMembers
from identity_service.use_cases.read_imports import ReadImports
from identity_service.use_cases.take_up_imports import TakeUpImports

_CONTRACT = contract_of(import_service_pb2.DESCRIPTOR.services_by_name["ImportService"])

IDLE_SECONDS = 5.0
"""How often it is looked whether an import has halted."""


def imports_service(parts: Parts) -> RegisteredService:
    """The service, wired."""
    imports, programs, fingerprints, clock = (
        PostgresImports(parts.database),
        parts.programs,
        parts.fingerprints,
        parts.clock,
    )
    servicer = ImportServicer(
        ImportMembers(imports, programs, fingerprints, clock),
        CommitImport(imports, programs, fingerprints, clock),
        AbandonImport(imports, programs, fingerprints, clock),
        ReadImports(PostgresImports(parts.shown), programs),
        clock,
    )
    return RegisteredService(_CONTRACT, add_ImportServiceServicer_to_server, servicer)


def import_worker(parts: Parts) -> Worker:
    """Goes on with imports that nobody calls for any more."""
    take_up = TakeUpImports(PostgresImports(parts.database), parts.clock)
    return repeating("take-up-imports", take_up, idle_seconds=IDLE_SECONDS)
