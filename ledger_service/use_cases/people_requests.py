"""What people ask for: adjustments, transfers, corrections."""

from dataclasses import dataclass
from datetime import datetime

from ledger_service.domain.correction import CorrectionScope
from ledger_service.domain.order import DocumentRef, OrderLine
from ledger_service.use_cases.ports import MemberRef


@dataclass(frozen=True, slots=True)
class AdjustRequest:
    """Give or take points. `funder`, `accrual_id`, `currency` and `location_id` may be empty."""

    program: str
    request_id: str
    member: MemberRef
    points: int
    brand: str
    funder: str
    accrual_id: str
    expire_time: datetime | None
    currency: str
    reason_code: str
    note: str
    operator_id: str
    location_id: str
    occur_time: datetime


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """Approve or reject an adjustment that waits."""

    program: str
    request_id: str
    adjustment_id: str
    approve: bool
    operator_id: str
    occur_time: datetime


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """Move points from one member to another."""

    program: str
    request_id: str
    giver: MemberRef
    receiver: MemberRef
    points: int
    reason: str
    occur_time: datetime


@dataclass(frozen=True, slots=True)
class CorrectLineRequest:
    """Replace a line of a sale by what it should have been."""

    program: str
    request_id: str
    order: DocumentRef
    line: OrderLine
    reason: str
    operator_id: str
    location_id: str
    occur_time: datetime


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What would chosen orders have earned under another revision?"""

    program: str
    request_id: str
    scope: CorrectionScope
    revision: str
    reason: str
    operator_id: str


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """Carry a plan out."""

    program: str
    request_id: str
    correction_id: str
    operator_id: str
