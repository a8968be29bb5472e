"""Answers about imported points."""

from dataclasses import dataclass

from ledger_service.domain.answers.base import LogPosition
from ledger_service.domain.wallet import WalletView


@dataclass(frozen=True, slots=True)
class ImportAnswer:
    """Points of a line of an import were born; `repaid_points` of them paid what the member owed."""

    import_id: str
    accrual_id: str
    points: int
    repaid_points: int
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class WithdrawalAnswer:
    """What was left of the points of a line of an import went back."""

    import_id: str
    accrual_id: str
    points: int
    wallet: WalletView
    position: LogPosition
