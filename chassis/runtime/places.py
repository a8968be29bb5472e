"""Where locations lie: which a caller covers who acts for regions or for operators."""

from collections.abc import Callable, Mapping
from typing import Protocol

from chassis.runtime.caller import ANY, Caller


class Lying(Protocol):
    """A location: in one region, run by one operator."""

    @property
    def region(self) -> str:
        """Its region."""

    @property
    def operator(self) -> str:
        """The legal entity that runs it."""


PlacesOf = Callable[[str], Mapping[str, Lying]]
"""The locations of a program by id, as its live revision has them; none for a program that is not known. The mapping
of a revision is one object, so that what was made of it is remembered."""

_REMEMBERED = 1_000


def no_places(_program: str) -> Mapping[str, Lying]:
    """Of a service that does not know where locations lie: regions and operators cover none."""
    return {}


class Widening:
    """What a caller's regions and operators cover, remembered per token and revision."""

    def __init__(self, places: PlacesOf) -> None:
        self._places = places
        self._known: dict[tuple[str, str, frozenset[str]], tuple[Mapping[str, Lying], frozenset[str]]] = {}

    def of_regions(self, caller: Caller, program: str) -> frozenset[str]:
        """The locations of the caller's regions, with those that the token names; `*` if it names every region."""
        if ANY in caller.regions:
            return frozenset({ANY})
        return caller.locations | self._lying("region", caller.regions, program)

    def of_operators(self, caller: Caller, program: str) -> frozenset[str]:
        """The locations that the caller's operators run, whatever locations the token names beside them."""
        if ANY in caller.operators:
            return frozenset({ANY})
        return self._lying("operator", caller.operators, program)

    def _lying(self, kind: str, names: frozenset[str], program: str) -> frozenset[str]:
        places, key = self._places(program), (kind, program, names)
        known = self._known.get(key)
        if known is not None and known[0] is places:
            return known[1]
        found = frozenset(name for name, place in places.items() if getattr(place, kind) in names)
        while len(self._known) >= _REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[key] = places, found
        return found
