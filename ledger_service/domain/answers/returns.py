"""Answers about returns."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.money import Money
from ledger_service.domain.answers.base import LogPosition
from ledger_service.domain.order import RestoredPoints, ReturnState, ReversedPoints
from ledger_service.domain.wallet import WalletView


@dataclass(frozen=True, slots=True)
class ReturnAnswer:
    """A posted or parked return, or a cancelled sale; `withheld` is money to keep back from the refund."""

    return_id: str
    reversed: tuple[ReversedPoints, ...]
    repaid_points: int
    wallet: WalletView
    position: LogPosition
    state: ReturnState = ReturnState.POSTED
    restored: tuple[RestoredPoints, ...] = ()
    withheld: Money | None = None
    written_off: int = 0


@dataclass(frozen=True, slots=True)
class AnnouncedAnswer:
    """An announced return."""

    return_id: str
    held_points: int
    expire_time: datetime
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class CancelledReturnAnswer:
    """An announced return that does not come."""

    return_id: str
    unheld_points: int
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class ResolvedReturnAnswer:
    """A parked return that waits no longer."""

    return_id: str
    state: ReturnState
    reversed: tuple[ReversedPoints, ...]
    restored: tuple[RestoredPoints, ...]
    repaid_points: int
    wallet: WalletView
    position: LogPosition
