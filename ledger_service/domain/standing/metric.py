"""What a ladder counts, of which brands, and how it adds up exactly (docs/DOMAIN.md §8)."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import lcm

from chassis.values.integers import INT64_MAX
from chassis.values.rounding import Ratio
from ledger_service.domain.standing.activity import NOTHING, BrandActivity, DayActivity

FULL_WEIGHT = 10_000
"""A brand that counts once; weights are in ten-thousandths."""

MOST_WEIGHT = 1_000_000
"""No brand counts more than a hundredfold."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One brand, or (empty `brand`) the portfolio: all brands, each with its weight of `weights` (by brand, in
    ten-thousandths, 0: does not count), FULL_WEIGHT where it is not named."""

    brand: str = ""
    weights: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if self.brand and self.weights:
            raise ValueError("weights are for the portfolio")
        if len(dict(self.weights)) != len(self.weights):
            raise ValueError("a brand has one weight")
        if not all(0 <= weight <= MOST_WEIGHT for _, weight in self.weights):
            raise ValueError(f"weights lie between 0 and {MOST_WEIGHT}")


@dataclass(frozen=True, slots=True)
class DatedRate:
    """From `start` on, a minor unit of `currency` counts as `ratio` minor units of the ladder's own; 0: not at all."""

    currency: str
    start: date
    ratio: Ratio


@dataclass(frozen=True, slots=True)
class Spend:
    """Minor units of `currency`. Another currency counts by the latest of its `rates` that has begun on the day of the
    sale; before the first, and without any, it does not count."""

    currency: str
    rates: tuple[DatedRate, ...] = ()

    def __post_init__(self) -> None:
        if any(rate.currency == self.currency for rate in self.rates):
            raise ValueError(f"{self.currency} needs no rate to itself")
        if len({(rate.currency, rate.start) for rate in self.rates}) != len(self.rates):
            raise ValueError("two rates begin on the same day")


@dataclass(frozen=True, slots=True)
class Points:
    """Points earned by sales: all of them, or those by base rules only."""

    base_only: bool = False


@dataclass(frozen=True, slots=True)
class Orders:
    """Sales. An order over several brands of a portfolio counts once, with the greatest of their weights."""


Metric = Spend | Points | Orders


class Meter:
    """Adds days up under a scope and a metric. Totals are whole numbers of `1 / scale` of the metric's unit, so that
    weights and rates are never rounded before they are compared."""

    def __init__(self, scope: Scope, metric: Metric) -> None:
        self._brand = scope.brand
        self._weights = dict(scope.weights)
        self._default = FULL_WEIGHT if scope.weights else 1
        self._worth: Callable[[DayActivity], int] = self._summed
        self._rates: dict[str, tuple[Sequence[date], Sequence[int]]] = {}
        self._unit = 1
        match metric:
            case Spend(currency, rates):
                self._unit = lcm(*(rate.ratio.denominator for rate in rates))
                self._rates = {currency: ((date.min,), (self._unit,))} | _by_currency(rates, self._unit)
                self._figure: Callable[[BrandActivity, date], int] = self._spent
            case Points(base_only):
                self._figure = _base_points if base_only else _all_points
            case Orders():
                self._figure = _orders
                self._worth = self._distinct
        self.scale = self._unit * self._default

    def worth(self, row: DayActivity) -> int:
        """What a day adds, in `1 / scale`; at least 0."""
        return self._worth(row)

    def shown(self, total: int) -> int:
        """A total in whole units, rounded down, as it is shown: what does not fit 64 bits is shown as the greatest that
        does. Weights and rates may make it so of any sale, and nobody may be locked out for a figure."""
        return min(total // self.scale, INT64_MAX)

    def units(self, total: int) -> int:
        """The least whole number of units that is worth at least `total`, shown likewise."""
        return min(-(-total // self.scale), INT64_MAX)

    def _summed(self, row: DayActivity) -> int:
        if self._brand:
            return self._figure(row.brands.get(self._brand, NOTHING), row.day)
        weights, default = self._weights, self._default
        return sum(weights.get(name, default) * self._figure(one, row.day) for name, one in row.brands.items())

    def _distinct(self, row: DayActivity) -> int:
        if self._brand:
            return self._summed(row)
        return self._summed(row) - sum(count * self._twice(brands) for brands, count in row.mixed.items())

    def _twice(self, brands: Iterable[str]) -> int:
        """What an order over several brands was counted for beyond the greatest weight of them."""
        weights = [self._weights.get(name, self._default) for name in brands]
        return sum(weights) - max(weights)

    def _spent(self, brand: BrandActivity, day: date) -> int:
        return sum(amount * self._factor(currency, day) for currency, amount in brand.spend.items())

    def _factor(self, currency: str, day: date) -> int:
        starts, factors = self._rates.get(currency, ((), ()))
        begun = bisect_right(starts, day)
        return factors[begun - 1] if begun else 0


def _by_currency(rates: Iterable[DatedRate], unit: int) -> dict[str, tuple[Sequence[date], Sequence[int]]]:
    tables: dict[str, tuple[list[date], list[int]]] = {}
    for rate in sorted(rates, key=lambda one: one.start):
        starts, factors = tables.setdefault(rate.currency, ([], []))
        starts.append(rate.start)
        factors.append(rate.ratio.numerator * (unit // rate.ratio.denominator))
    return dict(tables)


def _base_points(brand: BrandActivity, _: date) -> int:
    return brand.base_points


def _all_points(brand: BrandActivity, _: date) -> int:
    return brand.all_points


def _orders(brand: BrandActivity, _: date) -> int:
    return brand.orders
