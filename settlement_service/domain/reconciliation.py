"""Ledger against books, figure by figure. Both sides are plain figures by name, so nothing is compared that only one
side would know how to compute."""

from collections.abc import Mapping
from dataclasses import dataclass

from settlement_service.domain.figure_names import (
    BRAND_KIND,
    BRAND_LINE,
    CARRYING,
    CLAIM,
    OBLIGATION,
    RESERVE,
    figure,
)

Figures = dict[str, int]
"""Figures by name, such as `brand.north.kind.EARNED` or `obligation.north.linden.USD`; a missing one is zero."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure on which both sides disagree."""

    figure: str
    ledger: int
    books: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The outcome at one cursor."""

    up_to: Mapping[int, int]
    compared: int
    differences: tuple[Difference, ...]


def reconcile(up_to: Mapping[int, int], ledger: Figures, books: Figures) -> Reconciliation:
    """Compares every figure that either side has."""
    names = sorted(ledger.keys() | books.keys())
    differences = tuple(
        Difference(name, ledger.get(name, 0), books.get(name, 0))
        for name in names
        if ledger.get(name, 0) != books.get(name, 0)
    )
    return Reconciliation(up_to, len(names), differences)


def points_figure(brand: str, kind: str) -> str:
    """Points of one kind: `brand.north.kind.EARNED`."""
    return figure(BRAND_KIND, brand, kind)


def closing_figure(brand: str) -> str:
    """Outstanding points."""
    return figure(BRAND_LINE, brand, "closing")


def receivable_figure(brand: str) -> str:
    """Points that members owe."""
    return figure(BRAND_LINE, brand, "receivable")


def obligation_figure(debtor: str, creditor: str, currency: str) -> str:
    """What one entity owes another, gross, as the debtor has it."""
    return figure(OBLIGATION, debtor, creditor, currency)


def claim_figure(debtor: str, creditor: str, currency: str) -> str:
    """The same as the creditor has it."""
    return figure(CLAIM, creditor, debtor, currency)


def carrying_figure(entity: str, currency: str, part: str) -> str:
    """What points stand for in a funder's books; `part` is `liability` or `receivable`."""
    return figure(CARRYING, entity, currency, part)


def reserve_figure(reserve: str, funder: str, currency: str) -> str:
    """What a reserve entity holds for a funder."""
    return figure(RESERVE, reserve, funder, currency)
