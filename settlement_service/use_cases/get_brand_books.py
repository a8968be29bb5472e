"""Roll-forward of brands' points and what they stand for."""

from collections.abc import Callable, Mapping

from settlement_service.domain import refusals
from settlement_service.domain.as_of import Asked
from settlement_service.domain.books import Vector
from settlement_service.domain.brand_books import BrandBooks, brand_books
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.standing import Beginning
from settlement_service.use_cases.moments import Moments
from settlement_service.use_cases.ports import AsOfFigures, Books, Deadline
from settlement_service.use_cases.reach import Reach


class GetBrandBooks:
    """Reads the books of one brand, or of all that the caller may see."""

    def __init__(
        self, programs: ProgramDirectory, reach: Reach, books: Books, moments: Moments, figures: AsOfFigures
    ) -> None:
        self._programs = programs
        self._reach = reach
        self._books = books
        self._moments = moments
        self._figures = figures

    async def __call__(
        self,
        program: str,
        brand: str,
        may_see: Callable[[str], bool],
        asked: Asked,
        beginning: Beginning,
        at_least: Mapping[int, int],
        deadline: Deadline,
    ) -> tuple[Vector, list[BrandBooks]]:
        """What they are true at, and the books, by brand id. Refuses PROGRAM_NOT_FOUND, BRAND_NOT_FOUND,
        PERIOD_NOT_FOUND, BOOKS_BEHIND."""
        configured = self._programs.brands_of(program)
        brands = configured | await self._books.brands_with_history(program)
        if brand and brand not in brands:
            raise refusals.brand_not_found(program, brand)
        await self._reach(at_least, deadline)
        wanted = [brand] if brand else sorted(name for name in brands if may_see(name))
        up_to, (before, after) = await self._figures.standings(
            program, await self._moments.span(program, asked, beginning)
        )
        return up_to, [brand_books(name, before, after) for name in wanted]
