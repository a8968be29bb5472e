"""What calls about pending and expiring points ask for."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.canonical import Plain
from ledger_service.domain.accrual import moment
from ledger_service.domain.order import DocumentRef
from ledger_service.use_cases.ports import MemberRef
from ledger_service.use_cases.requests import member_intent


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """Activate or cancel pending points of a sale, of one of its lines (above 0), or of one accrual of a member:
    exactly one of `sale` and `accrual_id` is set. `reason` only where they are cancelled."""

    program: str
    request_id: str
    member: MemberRef | None
    sale: DocumentRef | None
    line_number: int
    accrual_id: str
    occur_time: datetime
    reason: str = ""

    def intent(self, verb: str) -> Plain:
        """What is asked for, for fingerprints."""
        sale: Plain = None
        if self.sale is not None:
            sale = [self.sale.source, self.sale.document_id, self.sale.fulfilment_id, self.line_number]
        member = member_intent(self.member)
        return [f"{verb} pending", member, sale, self.accrual_id, self.reason, moment(self.occur_time)]


@dataclass(frozen=True, slots=True)
class ExtendRequest:
    """Let points expire at a later time: of these accruals, or of all if none is named."""

    program: str
    request_id: str
    member: MemberRef
    accrual_ids: tuple[str, ...]
    expire_time: datetime
    reason: str
    operator_id: str
    occur_time: datetime

    @property
    def intent(self) -> Plain:
        """What is asked for, for fingerprints; the order of accruals does not count."""
        return [
            "extend expiry",
            member_intent(self.member),
            sorted(self.accrual_ids),
            moment(self.expire_time),
            [self.reason, self.operator_id],
            moment(self.occur_time),
        ]
