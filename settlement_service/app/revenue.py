"""Wires RevenueService: deferred revenue, points liability, remeasurement."""

from loyalty.settlement.v1 import revenue_service_pb2
from loyalty.settlement.v1.revenue_service_pb2_grpc import add_RevenueServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from settlement_service.app.parts import Parts, contract_of
from settlement_service.servicer.revenue import RevenueServicer
from settlement_service.store.cohorts import CohortStore
from settlement_service.store.period_names import PeriodNamesStore
from settlement_service.use_cases.report_points import ReportPoints

_CONTRACT = contract_of(revenue_service_pb2.DESCRIPTOR.services_by_name["RevenueService"])


def revenue_service(parts: Parts) -> RegisteredService:
    """The service, wired."""
    report = ReportPoints(parts.programs, parts.reach, PeriodNamesStore(parts.shown), CohortStore(parts.shown))
    return RegisteredService(_CONTRACT, add_RevenueServiceServicer_to_server, RevenueServicer(report))
