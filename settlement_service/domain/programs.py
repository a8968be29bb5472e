"""Which programs and brands exist, as told by the rules service and kept in memory."""

from collections.abc import Iterable, Set

from settlement_service.domain import refusals


class ProgramDirectory:
    """The programs known so far, with their brands. Neither ever ceases to exist for the books: a brand that leaves
    the configuration keeps its history."""

    def __init__(self) -> None:
        self._brands: dict[str, set[str]] = {}
        self._current = False

    def learn(self, program: str, brands: Iterable[str]) -> None:
        """The program exists, with these brands."""
        self._brands.setdefault(program, set()).update(brands)

    def caught_up(self) -> None:
        """Everything that exists has been told, and what is new will be."""
        self._current = True

    def interrupted(self) -> None:
        """Nothing new will be told for a while."""
        self._current = False

    def brands_of(self, program: str) -> Set[str]:
        """The program's brands. Refuses PROGRAM_NOT_FOUND, or UNAVAILABLE while it may merely not be told yet."""
        brands = self._brands.get(program)
        if brands is not None:
            return brands
        if not self._current:
            raise refusals.programs_unknown()
        raise refusals.program_not_found(program)
