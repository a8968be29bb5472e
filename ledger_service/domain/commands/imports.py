"""What taking over the points of an existing program does."""

from dataclasses import dataclass

from ledger_service.domain.balance_import import Lot
from ledger_service.domain.commands.base import BaseCommand


@dataclass(frozen=True, slots=True)
class ImportPoints(BaseCommand):
    """Gives the home the points of one line of an import."""

    lot: Lot
