"""Which programs exist, as told by the rules service and kept in memory."""

from collections.abc import Set


class ProgramDirectory:
    """The programs known so far. It is current from the moment everything was told until the telling breaks off."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._current = False

    @property
    def current(self) -> bool:
        """True if a program that is not known does not exist; else it may merely not have been told yet."""
        return self._current

    @property
    def known(self) -> Set[str]:
        """Every program told. A program never ceases to exist, so this outlives an interruption."""
        return self._known

    def learn(self, program_id: str) -> None:
        """The program exists."""
        self._known.add(program_id)

    def caught_up(self) -> None:
        """Everything that exists has been told, and what is new will be."""
        self._current = True

    def interrupted(self) -> None:
        """Nothing new will be told for a while."""
        self._current = False
