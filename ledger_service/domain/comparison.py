"""What sales earned by one configuration and another: points by brand, side by side (DOMAIN §4 'revision')."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.values.integers import checked
from chassis.values.refusal import Refusal
from chassis.values.rounding import carrying_value
from ledger_service.domain.accrual import Accrual, PointRate
from ledger_service.domain.commands import Award
from ledger_service.domain.correction import CorrectionEffect, granted_of, should_grant
from ledger_service.domain.order import PostedOrder

MOST_ORDERS = 100_000
"""So many sales a comparison may look at: it sums by member."""


@dataclass(frozen=True, slots=True)
class Given:
    """Points of a brand, and what one of them stands for."""

    brand: str
    points: int
    liability: PointRate


@dataclass(frozen=True, slots=True)
class ComparedBrand:
    """Points of one brand by base and by what is compared; `liability` is what the difference stands for, in minor
    units by currency."""

    brand: str
    base_points: int
    points: int
    liability: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ComparedSale:
    """A sale and the brands whose points differ, by id; none if they are alike, or if it was refused by either."""

    order_id: str
    home: str
    occur_time: datetime
    brands: tuple[ComparedBrand, ...]
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sums. `refused_orders` are in no other figure; `effects` by brand."""

    orders: int
    changed_orders: int
    refused_orders: int
    effects: tuple[CorrectionEffect, ...]


def recorded(accruals: Iterable[Accrual]) -> list[Given]:
    """What a sale was given, corrections included. What came back, expired or was spent does not count."""
    return [Given(one.brand, granted_of(one), one.liability) for one in accruals]


def awarded(awards: Iterable[Award], posted: PostedOrder | None = None) -> list[Given]:
    """What a revision gives a sale; `posted`: the sale, where that is compared with what it was given, less what
    limits took then."""
    if posted is None:
        return [Given(one.brand, one.points, one.liability) for one in awards]
    points = ((one, should_grant(posted, one.line_number, one.rule_id, one.points)) for one in awards)
    return [Given(one.brand, granted, one.liability) for one, granted in points]


def compared(base: Iterable[Given], other: Iterable[Given]) -> tuple[ComparedBrand, ...]:
    """The brands whose points, or what they stand for, differ, by id."""
    before, after = _by_brand(base), _by_brand(other)
    found = []
    for brand in sorted({*before, *after}):
        base_points, base_money = before.get(brand, (0, Counter[str]()))
        points, money = after.get(brand, (0, Counter[str]()))
        liability = {one: money[one] - base_money[one] for one in sorted({*base_money, *money})}
        changed = {currency: amount for currency, amount in liability.items() if amount}
        if points != base_points or changed:
            found.append(ComparedBrand(brand, base_points, points, changed))
    return tuple(found)


def _by_brand(given: Iterable[Given]) -> dict[str, tuple[int, Counter[str]]]:
    """Points, and what they stand for by currency, each accrual rounded as the books do."""
    points, money = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for one in given:
        points[one.brand] = checked(points[one.brand] + one.points, "points of a sale")
        money[one.brand][one.liability.currency] += carrying_value(one.points, one.liability.per_point)
    return {brand: (points[brand], money[brand]) for brand in points}
