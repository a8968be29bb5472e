"""Answers about members that were merged or parted."""

from dataclasses import dataclass

from ledger_service.domain.answers.base import LogPosition
from ledger_service.domain.wallet import WalletView


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """A wallet was told."""

    wallet: WalletView
    position: LogPosition
