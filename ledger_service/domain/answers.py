"""Answers of applied commands: stored with the event, given again to every retry."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ledger_service.domain.order import DocumentRef, OrderState
from ledger_service.domain.redemption import Redemption
from ledger_service.domain.wallet import WalletView


class LogPosition(NamedTuple):
    """A place in the event log."""

    partition: int
    position: int


@dataclass(frozen=True, slots=True)
class EarnedPoints:
    """What one line earned under one rule."""

    accrual_id: str
    line_number: int
    brand: str
    rule_id: str
    desired: int
    granted: int
    expire_time: datetime | None


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """A posted sale."""

    order_id: str
    state: OrderState
    member_id: str
    revision: str
    earned: tuple[EarnedPoints, ...]
    repaid_points: int
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class RedemptionAnswer:
    """Points spent."""

    redemption: Redemption
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class ReversedPoints:
    """What one accrual lost to a return; `so_far` includes earlier returns."""

    accrual_id: str
    sale: DocumentRef
    sale_line: int
    brand: str
    rule_id: str
    reversed: int
    so_far: int
    granted: int


@dataclass(frozen=True, slots=True)
class ReturnAnswer:
    """A posted return."""

    return_id: str
    reversed: tuple[ReversedPoints, ...]
    repaid_points: int
    wallet: WalletView
    position: LogPosition


Answer = OrderAnswer | RedemptionAnswer | ReturnAnswer
