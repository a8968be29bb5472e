"""What calls about tiers set by hand ask for."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.values.canonical import Plain
from ledger_service.domain.accrual import moment
from ledger_service.use_cases.ports import MemberRef
from ledger_service.use_cases.requests import member_intent


@dataclass(frozen=True, slots=True)
class SetTierRequest:
    """Give a member at least a tier from `start` on and before `end` (None: until it is ended)."""

    program: str
    request_id: str
    member: MemberRef
    ladder_id: str
    tier: str
    start: date
    end: date | None
    reason: str
    approver: str
    operator_id: str
    occur_time: datetime

    @property
    def intent(self) -> Plain:
        """What is asked for, for fingerprints."""
        return [
            "set tier",
            member_intent(self.member),
            [self.ladder_id, self.tier],
            [self.start.isoformat(), self.end.isoformat() if self.end else None],
            [self.reason, self.approver, self.operator_id],
            moment(self.occur_time),
        ]


@dataclass(frozen=True, slots=True)
class EndTierRequest:
    """End a tier set by hand on `end`, its first day without it."""

    program: str
    request_id: str
    member: MemberRef
    manual_id: str
    end: date
    operator_id: str
    occur_time: datetime

    @property
    def intent(self) -> Plain:
        """What is asked for, for fingerprints."""
        return [
            "end tier",
            member_intent(self.member),
            [self.manual_id, self.end.isoformat(), self.operator_id],
            moment(self.occur_time),
        ]
