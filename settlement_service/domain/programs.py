"""Which programs and brands exist, as told by the rules service and kept in memory."""

from collections.abc import Mapping, Set

from settlement_service.domain import refusals
from settlement_service.domain.program_facts import Place, ProgramFacts


class ProgramDirectory:
    """The programs known so far, with their brands. Neither ever ceases to exist for the books: a brand that leaves
    the configuration keeps its history."""

    def __init__(self) -> None:
        self._brands: dict[str, set[str]] = {}
        self._facts: dict[str, ProgramFacts] = {}
        self._current = False

    def learn(self, facts: ProgramFacts) -> None:
        """The program exists, and this is its live revision."""
        self._facts[facts.program] = facts
        self._brands.setdefault(facts.program, set()).update(facts.brands)

    def all(self) -> list[ProgramFacts]:
        """Every program's live revision, by id."""
        return [self._facts[program] for program in sorted(self._facts)]

    def facts(self, program: str) -> ProgramFacts:
        """The program's live revision. Refuses PROGRAM_NOT_FOUND, or UNAVAILABLE while it may merely not be told
        yet."""
        self.brands_of(program)
        return self._facts[program]

    def places(self, program: str) -> Mapping[str, Place]:
        """Where the program's locations lie; nowhere for a program that is not known."""
        facts = self._facts.get(program)
        return facts.places if facts else {}

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
