"""How often points may be spent: asked after the stored answer, so that a repeat of a call that was answered costs
nothing, and before anything is decided."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Spend:
    """A spend that is about to be decided. `operator` and `location_id` are empty where there is no place."""

    program: str
    caller: str
    location_id: str
    operator: str
    root: str


class Pace(Protocol):
    """Limits on spends."""

    async def spend(self, spend: Spend) -> None:
        """Counts one. Refuses TOO_FREQUENT with the time to wait."""
        ...
