"""Every checker of the books over one program."""

from settlement_service.domain.books import Check
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.ports import Verification


class VerifyBooks:
    """Runs the checkers."""

    def __init__(self, programs: ProgramDirectory, verification: Verification) -> None:
        self._programs = programs
        self._verification = verification

    async def __call__(self, program: str) -> list[Check]:
        """The outcomes, by invariant. Refuses PROGRAM_NOT_FOUND."""
        self._programs.brands_of(program)
        return await self._verification.run(program)
