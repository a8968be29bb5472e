"""Ladders of tiers as a program states them (docs/DOMAIN.md §8). The ledger follows them; rules read the tiers."""

from dataclasses import dataclass
from datetime import date

from chassis.values.rounding import Ratio

FULL_WEIGHT = 10_000
"""A brand that counts fully, in ten-thousandths."""


@dataclass(frozen=True, slots=True)
class BrandWeight:
    """How much a brand counts on a ladder of all brands, in ten-thousandths, 0 to 1,000,000."""

    brand_id: str
    weight: int


@dataclass(frozen=True, slots=True)
class SpendMetric:
    """Money paid counts, in minor units of a currency; others by the program's exchange rates on the day of sale."""

    currency_code: str


@dataclass(frozen=True, slots=True)
class PointsMetric:
    """Points earned by sales count; only those of base rules, or all."""

    base_only: bool = False


@dataclass(frozen=True, slots=True)
class OrdersMetric:
    """Orders count; one over several brands once."""


Metric = SpendMetric | PointsMetric | OrdersMetric


@dataclass(frozen=True, slots=True)
class RollingMonths:
    """The last `months`, by day; 1 to 1,200."""

    months: int


@dataclass(frozen=True, slots=True)
class YearFrom:
    """The year that begins on the first of `month`, 1 to 12."""

    month: int = 1


@dataclass(frozen=True, slots=True)
class WholeLife:
    """Everything."""


LadderWindow = RollingMonths | YearFrom | WholeLife


@dataclass(frozen=True, slots=True)
class HoldSpan:
    """Promised for so many months, then days, from the day of reaching."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class HoldYearEnd:
    """Promised until the end of the year of reaching, or of the `years`-th after it, and `months` more."""

    years: int = 0
    months: int = 0
    first_month: int = 1


@dataclass(frozen=True, slots=True)
class HoldForever:
    """Never lost."""


TierHold = HoldSpan | HoldYearEnd | HoldForever


@dataclass(frozen=True, slots=True)
class TierFall:
    """Kept for `grace_days` more, then lost: with `step` to the tier just below, promised for so long."""

    grace_days: int = 0
    step: TierHold | None = None


@dataclass(frozen=True, slots=True)
class TierMultiplier:
    """Base points of a brand (empty: every brand that is not named) are multiplied by `factor`, at least 1."""

    brand_id: str
    factor: Ratio


@dataclass(frozen=True, slots=True)
class TierBenefits:
    """What a tier brings; `discount_basis_points` 0 to 10,000, `perks` are ids."""

    multipliers: tuple[TierMultiplier, ...] = ()
    discount_basis_points: int = 0
    perks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """A rung: reached at `threshold` of the metric's unit, or only `above` it."""

    tier_id: str
    name: str
    threshold: int
    above: bool = False
    benefits: TierBenefits = TierBenefits()

    def height(self) -> tuple[int, bool]:
        """What tiers rise by: `above 500` lies above `from 500`, since figures need not be whole."""
        return self.threshold, self.above


@dataclass(frozen=True, slots=True)
class LadderVersion:
    """A ladder from the local date `start` on (None: always was). `brand_id` empty: all brands count, each with its
    weight, FULL_WEIGHT if it is not named. `tiers` rise."""

    start: date | None
    brand_id: str
    brand_weights: tuple[BrandWeight, ...]
    metric: Metric
    window: LadderWindow
    tiers: tuple[Tier, ...]
    hold: TierHold | None = None
    fall: TierFall = TierFall()


@dataclass(frozen=True, slots=True)
class Ladder:
    """A ladder with all its versions, by start."""

    ladder_id: str
    name: str
    versions: tuple[LadderVersion, ...]

    def tier_ids(self) -> frozenset[str]:
        """The tiers of all its versions."""
        return frozenset(tier.tier_id for version in self.versions for tier in version.tiers)

    def at(self, day: date) -> LadderVersion | None:
        """The version of a local date; None before the first."""
        begun = [version for version in self.versions if version.start is None or version.start <= day]
        return begun[-1] if begun else None
