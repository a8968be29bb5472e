"""Answers about spending."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.money import Money
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.answers.base import LogPosition
from ledger_service.domain.hold import HoldState
from ledger_service.domain.order import RestoredPoints
from ledger_service.domain.proof import Proof
from ledger_service.domain.wallet import WalletView


@dataclass(frozen=True, slots=True)
class RedemptionLine:
    """What a redemption pays of one line, and what of it was given back."""

    line_number: int
    points: int
    value: Money
    restored_points: int


@dataclass(frozen=True, slots=True)
class RedemptionView:
    """A redemption as a till sees it: without whose points they were."""

    redemption_id: str
    brand: str
    location_id: str
    points: int
    value: Money
    rate: PointRate
    revision: str
    post_time: datetime
    authorization_id: str = ""
    order_id: str = ""
    lines: tuple[RedemptionLine, ...] = ()
    restored_points: int = 0
    restored_value: int = 0
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class HoldView:
    """An authorization as a till sees it; `value` is what all its points are worth."""

    authorization_id: str
    state: HoldState
    brand: str
    location_id: str
    points: int
    held_points: int
    captured_points: int
    captured_value: Money
    value: Money
    rate: PointRate
    revision: str
    expire_time: datetime
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class RedemptionAnswer:
    """Points spent in one step."""

    redemption: RedemptionView
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class AuthorizationAnswer:
    """Points set aside, or more of them."""

    authorization: HoldView
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class CaptureAnswer:
    """Points set aside were spent."""

    redemption: RedemptionView
    authorization: HoldView
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class VoidAnswer:
    """Points are no longer set aside; `authorization` is None if it never arrived."""

    authorization: HoldView | None
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class RestoreAnswer:
    """Points given back; `restored` and `redemption` are None if the redemption never arrived. `reason` as told."""

    restored: RestoredPoints | None
    redemption: RedemptionView | None
    wallet: WalletView
    position: LogPosition
    reason: str = ""
