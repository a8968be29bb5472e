"""Answers about where members stand."""

from dataclasses import dataclass

from ledger_service.domain.answers.base import LogPosition
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.view import StandingView
from ledger_service.domain.wallet import WalletView


@dataclass(frozen=True, slots=True)
class TierAnswer:
    """A tier set by hand or ended, and where the member stands on its ladder now; None: the program has that ladder no
    more."""

    manual: ManualTier
    standing: StandingView | None
    wallet: WalletView
    position: LogPosition


@dataclass(frozen=True, slots=True)
class FollowedAnswer:
    """Where the member stands was looked at."""

    changed: int
    wallet: WalletView
    position: LogPosition
