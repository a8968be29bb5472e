"""Roll-forward of brands' points and what they stand for."""

from collections.abc import Callable, Mapping

from settlement_service.domain import refusals
from settlement_service.domain.books import BrandBooks, Vector
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.ports import Books, Deadline
from settlement_service.use_cases.reach import Reach


class GetBrandBooks:
    """Reads the books of one brand, or of all that the caller may see."""

    def __init__(self, programs: ProgramDirectory, reach: Reach, books: Books) -> None:
        self._programs = programs
        self._reach = reach
        self._books = books

    async def __call__(
        self,
        program: str,
        brand: str,
        may_see: Callable[[str], bool],
        at_least: Mapping[int, int],
        deadline: Deadline,
    ) -> tuple[Vector, list[BrandBooks]]:
        """The cursor and the books at it, by brand id. Refuses PROGRAM_NOT_FOUND, BRAND_NOT_FOUND, BOOKS_BEHIND."""
        configured = self._programs.brands_of(program)
        brands = configured | await self._books.brands_with_history(program)
        if brand and brand not in brands:
            raise refusals.brand_not_found(program, brand)
        await self._reach(at_least, deadline)
        wanted = [brand] if brand else sorted(name for name in brands if may_see(name))
        return await self._books.brands(program, wanted)
