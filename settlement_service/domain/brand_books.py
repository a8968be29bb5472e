"""Roll-forward of a brand's points and of what they stand for, from one moment to another.

Every line is the difference of two standings, so spans that follow each other add up.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from chassis.values.money import Money
from settlement_service.domain.accounts import Account
from settlement_service.domain.figures import Balance, BrandPoints
from settlement_service.domain.standing import Standing

_ADJUSTING = ("IMPORTED", "TRANSFERRED_IN", "TRANSFERRED_OUT", "ADJUSTED")


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a brand's points stand at one moment: outstanding, what of it members owe (positive), and both in money.
    Totals are integers of any size."""

    points: int
    receivable_points: int
    liability: tuple[Money, ...]
    receivable: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class BrandBooks:
    """opening + earned + restored + repaid + adjusted − redeemed − reversed − expired = closing. `adjusted` is net of
    imports, transfers and corrections; `cross_in` are points of other brands spent here, and no part of the sum."""

    brand: str
    opening: Carried
    earned: int
    redeemed_own: int
    redeemed_cross: int
    redeemed_repayment: int
    restored: int
    reversed: int
    repaid: int
    expired: int
    adjusted: int
    cross_in: int
    closing: Carried


def brand_books(brand: str, before: Standing, after: Standing) -> BrandBooks:
    """A brand's books between two standings; `before` is empty for a span from the first movement."""
    began, ended = _own(brand, before), _own(brand, after)

    def points(kind: str, spent_at: str = "") -> int:
        def total(rows: Iterable[BrandPoints]) -> int:
            return sum(row.points for row in rows if row.kind == kind and row.spent_at == spent_at)

        return total(ended) - total(began)

    return BrandBooks(
        brand=brand,
        opening=_carried(brand, began, before.balances),
        earned=points("EARNED"),
        redeemed_own=points("REDEEMED", "OWN"),
        redeemed_cross=points("REDEEMED", "CROSS"),
        redeemed_repayment=points("REDEEMED", "REPAYMENT"),
        restored=points("RESTORED"),
        reversed=points("REVERSED"),
        repaid=points("REPAID"),
        expired=points("EXPIRED"),
        adjusted=_adjusted(ended) - _adjusted(began),
        cross_in=_crossed_in(brand, after.brands) - _crossed_in(brand, before.brands),
        closing=_carried(brand, ended, after.balances),
    )


def _own(brand: str, standing: Standing) -> list[BrandPoints]:
    return [row for row in standing.brands if row.brand == brand]


def _adjusted(rows: Iterable[BrandPoints]) -> int:
    return sum(row.outstanding for row in rows if row.kind in _ADJUSTING)


def _crossed_in(brand: str, rows: Iterable[BrandPoints]) -> int:
    return sum(row.points for row in rows if row.spent_at == "CROSS" and row.at_brand == brand and row.brand != brand)


def _carried(brand: str, rows: Iterable[BrandPoints], balances: Iterable[Balance]) -> Carried:
    liability: dict[str, int] = defaultdict(int)
    receivable: dict[str, int] = defaultdict(int)
    for balance in balances:
        if balance.brand != brand:
            continue
        if balance.account == Account.POINTS_LIABILITY.value:
            liability[balance.currency] -= balance.amount
        elif balance.account == Account.MEMBER_RECEIVABLE.value:
            receivable[balance.currency] += balance.amount
    own = list(rows)
    return Carried(
        sum(row.outstanding for row in own), sum(row.debt for row in own), _amounts(liability), _amounts(receivable)
    )


def _amounts(sums: dict[str, int]) -> tuple[Money, ...]:
    return tuple(Money(currency, amount) for currency, amount in sorted(sums.items()) if amount != 0)
