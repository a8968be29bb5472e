"""Wires PeriodService: cutting, checking and signing off periods; vouchers."""

from loyalty.settlement.v1 import period_service_pb2
from loyalty.settlement.v1.period_service_pb2_grpc import add_PeriodServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from settlement_service.app.parts import Parts, contract_of
from settlement_service.peers.ledger_periods import LedgerPeriodsPeer
from settlement_service.servicer.periods import PeriodServicer
from settlement_service.store.periods import PeriodsStore
from settlement_service.store.vouchers import VouchersStore
from settlement_service.use_cases.begin_close import BeginClose
from settlement_service.use_cases.book_adjustment import BookAdjustment
from settlement_service.use_cases.close_period import ClosePeriod
from settlement_service.use_cases.get_close_checklist import GetCloseChecklist
from settlement_service.use_cases.get_cut_off import GetCutOff
from settlement_service.use_cases.read_periods import ReadPeriods
from settlement_service.use_cases.read_vouchers import ReadVouchers

_CONTRACT = contract_of(period_service_pb2.DESCRIPTOR.services_by_name["PeriodService"])


def period_service(parts: Parts) -> RegisteredService:
    """The service, wired."""
    programs, ledger = parts.programs, LedgerPeriodsPeer(parts.ledger)
    periods, vouchers = PeriodsStore(parts.database), VouchersStore(parts.database)
    read_periods = ReadPeriods(programs, periods)
    servicer = PeriodServicer(
        begin_close=BeginClose(programs, ledger, parts.reach),
        read_periods=read_periods,
        get_close_checklist=GetCloseChecklist(programs, periods, read_periods, ledger),
        get_cut_off=GetCutOff(programs, periods, read_periods),
        close_period=ClosePeriod(programs, periods, read_periods, ledger, parts.clock),
        book_adjustment=BookAdjustment(programs, read_periods, vouchers, parts.clock),
        read_vouchers=ReadVouchers(programs, read_periods, vouchers),
    )
    return RegisteredService(_CONTRACT, add_PeriodServiceServicer_to_server, servicer)
