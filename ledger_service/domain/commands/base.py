"""What every command has, with the answer of most for what only some have."""

from dataclasses import dataclass

from ledger_service.domain.commands.origin import (
    NOTHING_NAMED,
    AwaitedSale,
    DirectoryEntry,
    Origin,
    SaleLock,
    Touches,
)
from ledger_service.domain.facts import NOTHING_READ, FactsRead


@dataclass(frozen=True, slots=True)
class BaseCommand:
    """A command on one wallet."""

    origin: Origin

    @property
    def guarded(self) -> bool:
        """True if it takes points that can be spent, so that its member's lease is taken first."""
        return False

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The directory entries it claims."""
        return ()

    @property
    def awaits(self) -> tuple[AwaitedSale, ...]:
        """Sales it waits for: none of them may have been posted meanwhile."""
        return ()

    @property
    def locks(self) -> tuple[SaleLock, ...]:
        """Directory entries of sales that it locks."""
        return ()

    @property
    def rests_on(self) -> FactsRead:
        """The facts of the member that it was judged by."""
        return NOTHING_READ

    @property
    def touches(self) -> Touches:
        """What it names."""
        return NOTHING_NAMED
