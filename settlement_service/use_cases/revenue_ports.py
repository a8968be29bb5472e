"""What the reports on points given need of the world."""

from typing import Protocol

from settlement_service.domain.books import Vector
from settlement_service.domain.breakage.history import CohortHistory


class Cohorts(Protocol):
    """Reading cohorts."""

    async def history(self, program: str, up_to: int) -> tuple[Vector, CohortHistory]:
        """Everything up to and with a period, and the cursor it is true at."""
        ...
