"""Who owes whom, gross and net."""

from collections.abc import Mapping

from settlement_service.domain.books import CurrencyPositions, Vector, positions_of
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.ports import Books, Deadline
from settlement_service.use_cases.reach import Reach


class GetPositions:
    """Reads the positions of a program's entities."""

    def __init__(self, programs: ProgramDirectory, reach: Reach, books: Books) -> None:
        self._programs = programs
        self._reach = reach
        self._books = books

    async def __call__(
        self, program: str, at_least: Mapping[int, int], deadline: Deadline
    ) -> tuple[Vector, tuple[CurrencyPositions, ...]]:
        """The cursor and the positions at it. Refuses PROGRAM_NOT_FOUND, BOOKS_BEHIND."""
        self._programs.brands_of(program)
        await self._reach(at_least, deadline)
        up_to, debts = await self._books.debts(program)
        return up_to, positions_of(debts)
