"""Ladders as the revision states them: what counts, over which days, the tiers and what they bring.

Every value refuses with ValueError what no ladder can mean; the rules service has told the author long before.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cached_property
from hashlib import sha256
from itertools import pairwise

from chassis.values.integers import INT64_MAX
from chassis.values.rounding import ONE, Ratio
from ledger_service.domain.standing.hold import AT_ONCE, NO_HOLD, Fall, Hold
from ledger_service.domain.standing.metric import Meter, Metric, Scope
from ledger_service.domain.standing.window import FOREVER, Window

ONE_DAY = timedelta(days=1)
ALL_BRANDS = ""


class Comparison(Enum):
    """How a figure meets a threshold."""

    AT_LEAST = ">="
    ABOVE = ">"


@dataclass(frozen=True, slots=True)
class Benefits:
    """What a tier brings, as data: `multipliers` of base points by brand (ALL_BRANDS: wherever none is named), a
    discount in basis points, ids of perks."""

    multipliers: tuple[tuple[str, Ratio], ...] = ()
    discount_basis_points: int = 0
    perks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(dict(self.multipliers)) != len(self.multipliers):
            raise ValueError("a brand has one multiplier")
        if not 0 <= self.discount_basis_points <= 10_000:
            raise ValueError(f"no discount: {self.discount_basis_points} basis points")

    def multiplier(self, brand: str) -> Ratio:
        """By how much the base points of a brand are multiplied; 1 where the tier says nothing."""
        table = dict(self.multipliers)
        return table.get(brand, table.get(ALL_BRANDS, ONE))


@dataclass(frozen=True, slots=True)
class Tier:
    """A rung. `threshold` is in the metric's unit: minor units, points or orders. What everybody meets is no tier."""

    tier_id: str
    threshold: int
    comparison: Comparison = Comparison.AT_LEAST
    benefits: Benefits = Benefits()
    name: str = ""

    def __post_init__(self) -> None:
        if not self.tier_id:
            raise ValueError("a tier has an id")
        if not 1 <= self.least <= INT64_MAX:
            raise ValueError(f"no threshold of {self.tier_id}: {self.comparison.value} {self.threshold}")

    @property
    def least(self) -> int:
        """The least whole figure that meets it."""
        return self.threshold + (self.comparison is Comparison.ABOVE)


@dataclass(frozen=True)
class LadderVersion:
    """A ladder as it is from the local day `start` on. `tiers` rise."""

    start: date
    scope: Scope
    metric: Metric
    window: Window
    tiers: tuple[Tier, ...]
    hold: Hold = NO_HOLD
    fall: Fall = AT_ONCE

    def __post_init__(self) -> None:
        if not date.min < self.start < FOREVER:
            raise ValueError(f"no ladder begins on {self.start}")
        if not self.tiers or len({tier.tier_id for tier in self.tiers}) != len(self.tiers):
            raise ValueError("a ladder has tiers, each once")
        if not all(_rises(low, high) for low, high in pairwise(self.tiers)):
            raise ValueError("the tiers of a ladder rise")

    @cached_property
    def meter(self) -> Meter:
        """What adds its days up."""
        return Meter(self.scope, self.metric)

    @cached_property
    def thresholds(self) -> tuple[int, ...]:
        """The least totals that meet the tiers, in the meter's unit. `>` is exact: 500 and a hundredth is above 500."""
        scale = self.meter.scale
        return tuple(tier.threshold * scale + (tier.comparison is Comparison.ABOVE) for tier in self.tiers)

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The place of each tier, 1 the lowest; 0 is no tier."""
        return {"": 0} | {tier.tier_id: place for place, tier in enumerate(self.tiers, 1)}

    def rank_of(self, total: int) -> int:
        """How many of its tiers a total meets."""
        return bisect_right(self.thresholds, total)

    def rank(self, tier: str) -> int:
        """The place of a tier; one it does not know is none."""
        return self.ranks.get(tier, 0)

    def tier(self, tier: str) -> Tier | None:
        """The tier of that id; None if it has none, as for no tier."""
        place = self.rank(tier)
        return self.tiers[place - 1] if place else None


def _rungs(tiers: tuple[Tier, ...]) -> list[tuple[str, int, str]]:
    return [(tier.tier_id, tier.threshold, tier.comparison.value) for tier in tiers]


def _rises(low: Tier, high: Tier) -> bool:
    """`> 500` lies above `>= 500`: figures with weights and rates are not whole."""
    return (low.threshold, low.comparison is Comparison.ABOVE) < (high.threshold, high.comparison is Comparison.ABOVE)


@dataclass(frozen=True)
class Ladder:
    """A ladder with all its versions, by the day they begin. Before the first there are no tiers; each judges, on its
    days, all activity in its window, also what came before it began."""

    ladder_id: str
    versions: tuple[LadderVersion, ...]
    name: str = ""

    def __post_init__(self) -> None:
        if not self.versions or not all(one.start < other.start for one, other in pairwise(self.versions)):
            raise ValueError("the versions of a ladder begin one after another")

    def concerns(self, covers_brand: Callable[[str], bool]) -> bool:
        """Whether where a member stands on it is the business of who covers these brands: what counts on a brand's
        ladder was done there."""
        brands = {version.scope.brand for version in self.versions} - {ALL_BRANDS}
        return all(map(covers_brand, brands))

    def at(self, day: date) -> LadderVersion | None:
        """The version of a day."""
        begun = bisect_right(self._starts, day)
        return self.versions[begun - 1] if begun else None

    @cached_property
    def mark(self) -> bytes:
        """Names what decides about tiers, in 16 bytes; names for people and what tiers bring do not."""
        rules = [
            (one.start, one.scope, one.metric, one.window, one.hold, one.fall, _rungs(one.tiers))
            for one in self.versions
        ]
        return sha256(repr((self.ladder_id, rules)).encode()).digest()[:16]

    def spans(self, after: date) -> Iterator[tuple[LadderVersion, date]]:
        """The versions of the days behind `after`, each with its last day."""
        ends = (*(start - ONE_DAY for start in self._starts[1:]), FOREVER)
        return ((version, last) for version, last in zip(self.versions, ends, strict=True) if last > after)

    @cached_property
    def _starts(self) -> tuple[date, ...]:
        return tuple(version.start for version in self.versions)
