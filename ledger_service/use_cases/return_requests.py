"""What calls about returns ask for, before anybody was resolved."""

from dataclasses import dataclass
from datetime import datetime

from ledger_service.domain.commands import Tender
from ledger_service.domain.order import DocumentRef, OrderDocument, ReturnDocument, ReturnLine
from ledger_service.use_cases.ports import MemberRef


@dataclass(frozen=True, slots=True)
class CancelReturnRequest:
    """Free the points of an announced return."""

    program: str
    request_id: str
    return_id: str
    occur_time: datetime


@dataclass(frozen=True, slots=True)
class ParkedReturnsRequest:
    """List returns that wait: those parked before a moment (None: all) at a location (empty: anywhere)."""

    program: str
    before: datetime | None
    location_id: str
    limit: int


@dataclass(frozen=True, slots=True)
class ResolveReturnRequest:
    """End the waiting of a parked return: rejected with a text, or with corrected lines; exactly one is set."""

    program: str
    request_id: str
    return_id: str
    reject: str
    corrected: tuple[ReturnLine, ...]
    operator_id: str
    occur_time: datetime


@dataclass(frozen=True, slots=True)
class CancelOrderRequest:
    """Take a whole sale back."""

    program: str
    request_id: str
    sale: DocumentRef
    location_id: str
    reason: str
    occur_time: datetime


@dataclass(frozen=True, slots=True)
class ExchangeRequest:
    """Take goods back and sell others."""

    program: str
    request_id: str
    member: MemberRef
    returned: ReturnDocument
    sold: OrderDocument
    tenders: tuple[Tender, ...]
