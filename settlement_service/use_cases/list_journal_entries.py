"""The journal, page by page in the order it was written."""

from settlement_service.domain.books import ListedEntry
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.ports import Books


class ListJournalEntries:
    """Reads a page. Entries are never changed or slipped in, so a page once read stays true."""

    def __init__(self, programs: ProgramDirectory, books: Books) -> None:
        self._programs = programs
        self._books = books

    async def __call__(self, program: str, entity: str, after: int, limit: int) -> tuple[list[ListedEntry], bool]:
        """At most `limit` entries numbered above `after`, and whether there are more. Refuses PROGRAM_NOT_FOUND."""
        self._programs.brands_of(program)
        entries = await self._books.entries(program, entity, after, limit + 1)
        return entries[:limit], len(entries) > limit
