"""Wires PoolingService: existing programs on their way into the pool."""

from loyalty.ledger.v1 import pooling_service_pb2
from loyalty.ledger.v1.pooling_service_pb2_grpc import add_PoolingServiceServicer_to_server
from loyalty.type.v1 import role_pb2

from chassis.runtime.application import RegisteredService
from chassis.runtime.contract import ServiceContract
from chassis.runtime.postgres import Database
from chassis.runtime.telemetry import current_traceparent
from ledger_service.app.parts import Parts
from ledger_service.servicer import LedgerServicer
from ledger_service.servicer.poolings import PoolingServicer
from ledger_service.store.balance_imports import PostgresBalanceImports
from ledger_service.store.office_names import PostgresNames
from ledger_service.store.poolings import PostgresPoolings
from ledger_service.use_cases.change_pooling import ChangePooling, ReadPoolings
from ledger_service.use_cases.compare_shadow import CompareShadow
from ledger_service.use_cases.withdraw_imports import WithdrawImports

_SERVICE = pooling_service_pb2.DESCRIPTOR.services_by_name["PoolingService"]


def pooling_service(parts: Parts, database: Database, ledger: LedgerServicer) -> RegisteredService:
    """The service, wired. What it compares with is what `ledger` answers to previews and quotes."""
    poolings = PostgresPoolings(database)
    servicer = PoolingServicer(
        changing(parts, database),
        CompareShadow(parts.programs, poolings, ledger.sales.preview_order, ledger.spending.quote_redemption),
        ReadPoolings(parts.programs, poolings),
    )
    return RegisteredService(
        ServiceContract.of(_SERVICE, role_pb2.roles), add_PoolingServiceServicer_to_server, servicer
    )


def changing(parts: Parts, database: Database) -> ChangePooling:
    """The use case that moves existing programs on."""
    poolings = PostgresPoolings(database)
    return ChangePooling(
        parts.admission,
        PostgresNames(database),
        parts.programs,
        poolings,
        PostgresBalanceImports(database),
        parts.clock,
        parts.appended,
        current_traceparent,
        WithdrawImports(parts.admission, parts.members, parts.lanes, poolings, parts.clock),
    )
