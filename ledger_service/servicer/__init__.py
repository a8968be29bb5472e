"""The rpcs: wire → use case → wire. Permission is asked before anything is looked up."""

from dataclasses import dataclass

from loyalty.ledger.v1 import ledger_service_pb2_grpc as stubs

from ledger_service.servicer.close import CloseCases, CloseRpcs
from ledger_service.servicer.limits import LimitCases, LimitRpcs
from ledger_service.servicer.links import LinkCases, LinkRpcs
from ledger_service.servicer.log import LogCases, LogRpcs
from ledger_service.servicer.people import PeopleCases, PeopleRpcs
from ledger_service.servicer.reads import ReadCases, ReadRpcs
from ledger_service.servicer.returns import ReturnCases, ReturnRpcs
from ledger_service.servicer.sales import SaleCases, SaleRpcs
from ledger_service.servicer.spending import SpendingCases, SpendingRpcs
from ledger_service.servicer.standing import StandingCases, StandingRpcs

__all__ = [
    "CloseCases",
    "LedgerServicer",
    "LimitCases",
    "LinkCases",
    "LogCases",
    "PeopleCases",
    "ReadCases",
    "ReturnCases",
    "SaleCases",
    "SpendingCases",
    "StandingCases",
]


@dataclass(frozen=True)
class LedgerServicer(
    SaleRpcs,
    SpendingRpcs,
    ReturnRpcs,
    PeopleRpcs,
    ReadRpcs,
    LogRpcs,
    StandingRpcs,
    LimitRpcs,
    CloseRpcs,
    LinkRpcs,
    stubs.LedgerServiceServicer,
):
    """loyalty.ledger.v1.LedgerService."""

    sales: SaleCases
    spending: SpendingCases
    returns: ReturnCases
    people: PeopleCases
    reads: ReadCases
    log: LogCases
    standing: StandingCases
    limits: LimitCases
    close: CloseCases
    links: LinkCases
