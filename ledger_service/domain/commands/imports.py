"""What taking over the points of an existing program does."""

from dataclasses import dataclass

from ledger_service.domain.balance_import import Lot
from ledger_service.domain.commands.base import BaseCommand
from ledger_service.domain.commands.origin import Touches


@dataclass(frozen=True, slots=True)
class ImportPoints(BaseCommand):
    """Gives the home the points of one line of an import."""

    lot: Lot


@dataclass(frozen=True, slots=True)
class WithdrawImport(BaseCommand):
    """Takes out what is left of the points of one line, which `home` was given."""

    import_id: str
    line_number: int
    home: str
    accrual_id: str

    @property
    def touches(self) -> Touches:
        """The accrual."""
        return Touches(accruals=((self.home, self.accrual_id),))
