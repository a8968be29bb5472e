"""Which programs exist, with their locations and brands, as told by the rules service and kept in memory."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import timedelta

from identity_service.domain import refusals
from identity_service.domain.standing import FRESH_LINK


@dataclass(frozen=True, slots=True)
class Place:
    """A location: in one region, run by one operator."""

    region: str
    operator: str


@dataclass(frozen=True, slots=True)
class Places:
    """The locations and brands of a program's live revision, by id, and for how long a link is fresh there."""

    locations: Mapping[str, Place] = field(default_factory=dict)
    brands: frozenset[str] = frozenset()
    fresh_link: timedelta = FRESH_LINK


NOWHERE = Places()


class ProgramDirectory:
    """The programs known so far. It is current from the moment everything was told until the telling breaks off."""

    def __init__(self) -> None:
        self._known: dict[str, Places] = {}
        self._current = False

    @property
    def current(self) -> bool:
        """True if a program that is not known does not exist; else it may merely not have been told yet."""
        return self._current

    @property
    def known(self) -> Set[str]:
        """Every program told. A program never ceases to exist, so this outlives an interruption."""
        return self._known.keys()

    @property
    def places(self) -> Mapping[str, Places]:
        """What the live revision of each program has, as last told."""
        return self._known

    def locations(self, program_id: str) -> Mapping[str, Place]:
        """Where the program's locations lie; nowhere for a program that is not known."""
        return self._known.get(program_id, NOWHERE).locations

    def require_location(self, program_id: str, location_id: str) -> None:
        """Raises LOCATION_NOT_FOUND for a location that the program's live revision does not have; none is fine."""
        if location_id and location_id not in self._known.get(program_id, NOWHERE).locations:
            raise refusals.location_not_found(program_id, location_id)

    def require_brand(self, program_id: str, brand_id: str) -> None:
        """Raises BRAND_NOT_FOUND for a brand that the program's live revision does not have; none is fine."""
        if brand_id and brand_id not in self._known.get(program_id, NOWHERE).brands:
            raise refusals.brand_not_found(program_id, brand_id)

    def fresh_link(self, program_id: str) -> timedelta:
        """For how long a link proves nothing by itself."""
        return self._known.get(program_id, NOWHERE).fresh_link

    def learn(self, program_id: str, places: Places = NOWHERE) -> None:
        """The program exists, and has these places from now on."""
        self._known[program_id] = places

    def caught_up(self) -> None:
        """Everything that exists has been told, and what is new will be."""
        self._current = True

    def interrupted(self) -> None:
        """Nothing new will be told for a while."""
        self._current = False
