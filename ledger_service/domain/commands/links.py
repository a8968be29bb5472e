"""Telling a wallet that its member was merged with another, or parted from one."""

from dataclasses import dataclass
from datetime import date

from ledger_service.domain.commands.base import BaseCommand


@dataclass(frozen=True, slots=True)
class LinkHomes(BaseCommand):
    """Tells the wallet of `origin` of a change between two members, made or undone. No points move: the wallet is the
    fold of its homes already. `day`: its ladders are followed up to it, since it has the activity of other homes."""

    merged: bool
    absorbed: str
    survivor: str
    day: date
