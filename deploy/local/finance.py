"""A finance person's view of settlement: its stubs on channels that raise `Refusal`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.settlement.v1 import (
    netting_service_pb2,
    period_service_pb2,
    reconciliation_service_pb2,
    revenue_service_pb2,
    settlement_service_pb2,
    statement_service_pb2,
)
from loyalty.settlement.v1.netting_service_pb2_grpc import NettingServiceStub
from loyalty.settlement.v1.period_service_pb2_grpc import PeriodServiceStub
from loyalty.settlement.v1.reconciliation_service_pb2_grpc import ReconciliationServiceStub
from loyalty.settlement.v1.revenue_service_pb2_grpc import RevenueServiceStub
from loyalty.settlement.v1.settlement_service_pb2_grpc import SettlementServiceStub
from loyalty.settlement.v1.statement_service_pb2_grpc import StatementServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.transport import Peer

if TYPE_CHECKING:
    # The typed asynchronous stubs exist for type checkers only.
    from loyalty.settlement.v1.netting_service_pb2_grpc import NettingServiceAsyncStub
    from loyalty.settlement.v1.period_service_pb2_grpc import PeriodServiceAsyncStub
    from loyalty.settlement.v1.reconciliation_service_pb2_grpc import ReconciliationServiceAsyncStub
    from loyalty.settlement.v1.revenue_service_pb2_grpc import RevenueServiceAsyncStub
    from loyalty.settlement.v1.settlement_service_pb2_grpc import SettlementServiceAsyncStub
    from loyalty.settlement.v1.statement_service_pb2_grpc import StatementServiceAsyncStub

_MODULES = (
    settlement_service_pb2,
    period_service_pb2,
    netting_service_pb2,
    reconciliation_service_pb2,
    revenue_service_pb2,
    statement_service_pb2,
)


@dataclass(frozen=True)
class Finance:
    """The stubs of one caller."""

    books: "SettlementServiceAsyncStub"
    periods: "PeriodServiceAsyncStub"
    netting: "NettingServiceAsyncStub"
    reconciliation: "ReconciliationServiceAsyncStub"
    revenue: "RevenueServiceAsyncStub"
    statements: "StatementServiceAsyncStub"


@asynccontextmanager
async def open_finance(
    peer_of: Callable[[str], Peer], token: str, *, timeout_seconds: float = 60.0
) -> AsyncIterator[Finance]:
    """Channels to settlement's services with one bearer token; each retries what its contract allows."""
    async with AsyncExitStack() as stack:
        channels = [
            await stack.enter_async_context(
                connect(peer_of("settlement"), service, lambda: token, timeout_seconds=timeout_seconds)
            )
            for module in _MODULES
            for service in module.DESCRIPTOR.services_by_name.values()
        ]
        books, periods, netting, reconciliation, revenue, statements = channels
        yield Finance(
            SettlementServiceStub(books),
            PeriodServiceStub(periods),
            NettingServiceStub(netting),
            ReconciliationServiceStub(reconciliation),
            RevenueServiceStub(revenue),
            StatementServiceStub(statements),
        )
