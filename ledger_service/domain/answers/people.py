"""Answers about what time and people do."""

from dataclasses import dataclass

from ledger_service.domain.adjustment import AdjustmentState
from ledger_service.domain.answers.base import LogPosition
from ledger_service.domain.wallet import WalletView


@dataclass(frozen=True, slots=True)
class SweepAnswer:
    """What was due has been booked."""

    expired_points: int
    unheld_points: int
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class ExtensionAnswer:
    """Points that expire later."""

    accrual_ids: tuple[str, ...]
    points: int
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class AdjustmentAnswer:
    """An adjustment; `accrual_id` is that of the points given, empty if points were taken."""

    adjustment_id: str
    state: AdjustmentState
    accrual_id: str
    repaid_points: int
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class TransferAnswer:
    """Points that left for another member."""

    transfer_id: str
    points: int
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class ArrivalAnswer:
    """Points that came from another member."""

    transfer_id: str
    accrual_ids: tuple[str, ...]
    repaid_points: int
    wallet: WalletView
    position: LogPosition
