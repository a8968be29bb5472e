"""What is still open in a program."""

from ledger_service.domain.close import CloseFacts
from ledger_service.use_cases.close_ports import OpenBusiness
from ledger_service.use_cases.ports import Clock, Programs


class GetCloseFacts:
    """Read at once, beside the tills."""

    def __init__(self, programs: Programs, business: OpenBusiness, clock: Clock) -> None:
        self._programs = programs
        self._business = business
        self._clock = clock

    async def __call__(self, program: str) -> CloseFacts:
        """As of the present."""
        replayed = self._programs.facts(program).replay_clock
        return await self._business.facts(program, None if replayed else self._clock.now())
