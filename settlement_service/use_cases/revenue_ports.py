"""What the reports on points given need of the world."""

from typing import Protocol

from settlement_service.domain.books import Vector
from settlement_service.domain.breakage.history import CohortHistory


class Cohorts(Protocol):
    """Reading cohorts."""

    async def sequence_of(self, program: str, period: str) -> int | None:
        """The place of a period that was cut; None if there is none of that name."""
        ...

    async def open_sequence(self, program: str) -> int:
        """The place of the open period."""
        ...

    async def history(self, program: str, up_to: int) -> tuple[Vector, CohortHistory]:
        """Everything up to and with a period, and the cursor it is true at."""
        ...
