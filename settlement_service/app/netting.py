"""Wires NettingService: netting, payments, invoices, disputes."""

from loyalty.settlement.v1 import netting_service_pb2
from loyalty.settlement.v1.netting_service_pb2_grpc import add_NettingServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from settlement_service.app.parts import Parts, contract_of
from settlement_service.servicer.netting import NettingServicer
from settlement_service.store.netting_desk import NettingDesks
from settlement_service.store.nettings import NettingsStore
from settlement_service.use_cases.export_payments import ExportPayments
from settlement_service.use_cases.move_payments import MovePayments
from settlement_service.use_cases.propose_netting import ProposeNetting
from settlement_service.use_cases.settle_disputes import CloseDispute, OpenDispute
from settlement_service.use_cases.submit_payments import SubmitPayments

_CONTRACT = contract_of(netting_service_pb2.DESCRIPTOR.services_by_name["NettingService"])


def netting_service(parts: Parts) -> RegisteredService:
    """The service, wired."""
    programs, clock = parts.programs, parts.clock
    desks, nettings = NettingDesks(parts.database), NettingsStore(parts.database)
    servicer = NettingServicer(
        programs=programs,
        nettings=nettings,
        propose_netting=ProposeNetting(programs, desks, clock),
        submit_payments=SubmitPayments(programs, desks, clock),
        move_payments=MovePayments(programs, desks, clock),
        open_dispute=OpenDispute(programs, desks, clock),
        close_dispute=CloseDispute(programs, desks, clock),
        export_payments=ExportPayments(programs, nettings, clock),
    )
    return RegisteredService(_CONTRACT, add_NettingServiceServicer_to_server, servicer)
