"""Answers about sales."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.money import Money
from ledger_service.domain.answers.base import LogPosition
from ledger_service.domain.answers.spend import RedemptionView
from ledger_service.domain.order import OrderState, RestoredPoints, ReversedPoints
from ledger_service.domain.wallet import WalletView


@dataclass(frozen=True, slots=True)
class EarnedPoints:
    """What one line earned under one rule; `trimmed_by`: the limit that left fewest. What was trimmed to nothing has no
    accrual."""

    accrual_id: str
    line_number: int
    brand: str
    rule_id: str
    desired: int
    granted: int
    expire_time: datetime | None
    available_time: datetime | None = None
    trimmed_by: str = ""


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """A posted sale; `wallet` is that of its document if it named nobody, and `member_id` is empty then.
    `resolved_returns` had waited for it. `time_clamped`: its time lay ahead and was set to that of its arrival."""

    order_id: str
    state: OrderState
    member_id: str
    revision: str
    earned: tuple[EarnedPoints, ...]
    repaid_points: int
    wallet: WalletView
    position: LogPosition
    redemptions: tuple[RedemptionView, ...] = ()
    resolved_returns: tuple[str, ...] = ()
    time_clamped: bool = False


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """A sale that named nobody, credited to a member."""

    order_id: str
    member_id: str
    revision: str
    earned: tuple[EarnedPoints, ...]
    reversed_points: int
    repaid_points: int
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class ExchangeAnswer:
    """A return and a sale in one."""

    return_id: str
    order_id: str
    reversed: tuple[ReversedPoints, ...]
    restored: tuple[RestoredPoints, ...]
    earned: tuple[EarnedPoints, ...]
    redemptions: tuple[RedemptionView, ...]
    repaid_points: int
    withheld: Money | None
    written_off: int
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class CorrectedPoints:
    """What one accrual gained or lost by a correction; `points` is what its balance changed by."""

    accrual_id: str
    line_number: int
    brand: str
    rule_id: str
    granted_before: int
    granted_after: int
    points: int


@dataclass(frozen=True, slots=True)
class CorrectionAnswer:
    """A sale that was judged again."""

    correction_id: str
    order_id: str
    corrected: tuple[CorrectedPoints, ...]
    repaid_points: int
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class PendingAnswer:
    """Pending points that became spendable, or were taken back."""

    points: int
    repaid_points: int
    wallet: WalletView
    position: LogPosition
