"""What calls ask for, before anybody was resolved or anything judged."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.canonical import Plain
from ledger_service.domain.commands import Tender
from ledger_service.domain.order import DocumentRef, OrderDocument, ReturnDocument
from ledger_service.use_cases.ports import MemberRef
from ledger_service.use_cases.spend_ports import GivenProof


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """Post a sale; without a member it is nobody's until it is claimed."""

    program: str
    request_id: str
    member: MemberRef | None
    document: OrderDocument
    tenders: tuple[Tender, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """Credit a sale that named nobody."""

    program: str
    request_id: str
    member: MemberRef
    sale: DocumentRef
    occur_time: datetime


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """Post a return; without a member the sale says whose it is."""

    program: str
    request_id: str
    member: MemberRef | None
    document: ReturnDocument


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """What are points worth? All available ones if `points` is 0."""

    program: str
    member: MemberRef
    location_id: str
    brand: str
    currency: str
    points: int


@dataclass(frozen=True, slots=True)
class RedeemRequest:
    """Spend points."""

    program: str
    request_id: str
    member: MemberRef
    location_id: str
    brand: str
    channel: str
    currency: str
    points: int
    occur_time: datetime
    quoted: int | None
    proof: GivenProof | None = None


def member_intent(member: MemberRef | None) -> Plain:
    """A member as it was named, for fingerprints."""
    if member is None:
        return None
    # The region only where it is told: ids that were used before there was one stay what they were.
    return [member.member_id, member.kind, member.value, *([member.region] if member.region else [])]
