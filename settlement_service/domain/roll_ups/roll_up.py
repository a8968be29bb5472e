"""Roll-ups as they are asked for and shown."""

from dataclasses import dataclass
from enum import IntEnum

from settlement_service.domain.figure_names import ALL, PLACE, PLACE_PARTY, POINTS, figure
from settlement_service.domain.roll_ups.definitions import MEASURES, Nature

CLOSING = tuple(measure.measure_id for measure in MEASURES if measure.nature is Nature.CLOSING)
"""Measures that stand at the end of a period: the sum of all periods up to it."""


class Level(IntEnum):
    """How many parts of a place are told apart."""

    NETWORK = 0
    REGION = 1
    OPERATOR = 2
    LOCATION = 3


@dataclass(frozen=True, slots=True)
class Divisions:
    """What a caller may see and asked for; None: all."""

    brands: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    locations: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RollUpFigure:
    """One figure. `region`, `operator` and `location` are None above the level asked for. `currency` empty: points."""

    period: int
    region: str | None
    operator: str | None
    location: str | None
    brand: str
    measure: str
    party: str
    currency: str
    amount: int

    @property
    def figure(self) -> str:
        """Its name."""
        place = tuple(ALL if part is None else part for part in (self.region, self.operator, self.location))
        if self.party or self.currency:
            return figure(PLACE_PARTY, *place, self.brand, self.measure, self.party, self.currency or POINTS)
        return figure(PLACE, *place, self.brand, self.measure)
