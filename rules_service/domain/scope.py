"""Where points can be spent: as a rule says it, and what that means for points of one place (docs/DOMAIN.md §5)."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class FromPlace(Enum):
    """Scopes that follow from the place of earning: it alone, its operator's places, its region's."""

    EARNING_LOCATION = "earning_location"
    OPERATOR = "operator"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class AtBrands:
    """At these brands, wherever they are sold; at least one."""

    brand_ids: tuple[str, ...]


Scope = FromPlace | AtBrands | None
"""What a rule says. None: anywhere in the program."""


@dataclass(frozen=True, slots=True)
class AtLocation:
    """At one location alone."""

    location_id: str


@dataclass(frozen=True, slots=True)
class AtOperator:
    """At locations one entity runs."""

    entity_id: str


@dataclass(frozen=True, slots=True)
class InRegion:
    """At locations of one region."""

    region: str


ResolvedScope = AtLocation | AtBrands | AtOperator | InRegion | None
"""What it means for points of one place. None: anywhere in the program."""


@lru_cache(maxsize=4096)
def resolved(scope: Scope, location_id: str, operator_entity_id: str, region: str) -> ResolvedScope:
    """The scope of points that were earned at a location with this operator and region; brands sorted, each once."""
    if scope is None:
        return None
    if isinstance(scope, AtBrands):
        return AtBrands(tuple(sorted(set(scope.brand_ids))))
    if scope is FromPlace.EARNING_LOCATION:
        return AtLocation(location_id)
    return AtOperator(operator_entity_id) if scope is FromPlace.OPERATOR else InRegion(region)
