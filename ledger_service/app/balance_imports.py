"""Wires BalanceImportService: balances of existing programs."""

from loyalty.ledger.v1 import balance_import_service_pb2
from loyalty.ledger.v1.balance_import_service_pb2_grpc import add_BalanceImportServiceServicer_to_server
from loyalty.type.v1 import role_pb2

from chassis.runtime.application import RegisteredService
from chassis.runtime.contract import ServiceContract
from chassis.runtime.postgres import Database
from ledger_service.app.parts import Parts
from ledger_service.servicer.balance_imports import BalanceImportServicer
from ledger_service.store.balance_imports import PostgresBalanceImports
from ledger_service.store.office_names import PostgresNames
from ledger_service.use_cases.commit_balance_import import CommitBalanceImport
from ledger_service.use_cases.import_balances import ImportBalances
from ledger_service.use_cases.read_balance_imports import AbandonBalanceImport, ReadBalanceImports

_SERVICE = balance_import_service_pb2.DESCRIPTOR.services_by_name["BalanceImportService"]


def balance_import_service(parts: Parts, database: Database) -> RegisteredService:
    """The service, wired."""
    imports = PostgresBalanceImports(database)
    reads = ReadBalanceImports(parts.programs, imports)
    servicer = BalanceImportServicer(
        ImportBalances(parts.programs, parts.members, imports, parts.fingerprints, parts.clock),
        committing(parts, database),
        AbandonBalanceImport(parts.admission, PostgresNames(database), reads, imports),
        reads,
        parts.clock,
    )
    contract = ServiceContract.of(_SERVICE, role_pb2.roles)
    return RegisteredService(contract, add_BalanceImportServiceServicer_to_server, servicer)


def committing(parts: Parts, database: Database) -> CommitBalanceImport:
    """The use case that lets points come to be."""
    return CommitBalanceImport(
        parts.admission,
        PostgresNames(database),
        parts.programs,
        parts.members,
        parts.lanes,
        PostgresBalanceImports(database),
        parts.clock,
    )
