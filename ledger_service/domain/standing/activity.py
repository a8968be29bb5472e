"""What the ledger keeps of a home for each local day: raw, so that any ladder is computed from the same rows.

Rows are sums over sales, each counted on the local date of its own place and time, with what came back of it taken off
(`standing.sale`). So a figure is never below 0, and no order of commands makes a difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from chassis.values.integers import checked

_Key = TypeVar("_Key", str, tuple[str, ...])


@dataclass(frozen=True, slots=True)
class BrandActivity:
    """One brand's share of a day: earn base in minor units by currency, points by base rules and by all rules, and
    orders that hold goods of the brand. Nothing is below 0; currencies of which nothing stands are left out."""

    spend: Mapping[str, int] = field(default_factory=dict)
    base_points: int = 0
    all_points: int = 0
    orders: int = 0


@dataclass(frozen=True, slots=True)
class DayActivity:
    """What a member did on a local day. `mixed` counts the orders that hold goods of several brands, by those brands,
    sorted: `brands` has each of them under every brand, and a portfolio counts an order once."""

    day: date
    brands: Mapping[str, BrandActivity] = field(default_factory=dict)
    mixed: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """True if nothing stands of the day, so that its rows can go."""
        return not self.brands and not self.mixed


NOTHING = BrandActivity()


def plus(one: DayActivity, other: DayActivity) -> DayActivity:
    """Two shares of the same day together; refused where a figure would not fit 64 bits."""
    return _combined(one, other, 1)


def together(one: BrandActivity, other: BrandActivity) -> BrandActivity:
    """Two shares of the same day and brand."""
    return _brand(one, other, 1)


def changed(row: DayActivity, before: DayActivity, after: DayActivity) -> DayActivity:
    """The day once a sale that stood for `before` stands for `after`. ValueError if it never stood for `before`."""
    return _combined(_combined(row, after, 1), before, -1)


def of_homes(homes: Iterable[Iterable[DayActivity]]) -> tuple[DayActivity, ...]:
    """The activity of all homes of a wallet, by day."""
    days: dict[date, DayActivity] = {}
    for rows in homes:
        for row in rows:
            known = days.get(row.day)
            days[row.day] = plus(known, row) if known else row
    return tuple(days[day] for day in sorted(days))


def _combined(one: DayActivity, other: DayActivity, sign: int) -> DayActivity:
    if one.day != other.day:
        raise ValueError(f"{one.day} and {other.day} are two days")
    names = one.brands.keys() | other.brands.keys()
    brands = {
        name: _brand(one.brands.get(name, NOTHING), other.brands.get(name, NOTHING), sign) for name in sorted(names)
    }
    kept = {name: brand for name, brand in brands.items() if brand != NOTHING}
    return replace(one, brands=kept, mixed=_sums(one.mixed, other.mixed, sign))


def _brand(one: BrandActivity, other: BrandActivity, sign: int) -> BrandActivity:
    return BrandActivity(
        _sums(one.spend, other.spend, sign),
        _sum(one.base_points, sign * other.base_points),
        _sum(one.all_points, sign * other.all_points),
        _sum(one.orders, sign * other.orders),
    )


def _sums(one: Mapping[_Key, int], other: Mapping[_Key, int], sign: int) -> dict[_Key, int]:
    sums = {key: _sum(one.get(key, 0), sign * other.get(key, 0)) for key in sorted(one.keys() | other.keys())}
    return {key: amount for key, amount in sums.items() if amount}


def _sum(one: int, other: int) -> int:
    if one + other < 0:
        raise ValueError("more is taken back than was ever counted")
    return checked(one + other, "activity of a day")
