"""Figures read from the books: positions between entities, brands' roll-forwards, listed entries, checks.

Totals, also those in `Money`, are integers of any size; single postings fit 64 bits.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chassis.values.money import Money

Vector = dict[int, int]
"""A cursor vector: position by partition."""


@dataclass(frozen=True, slots=True)
class Debt:
    """What one entity owes another, gross, in one currency."""

    debtor: str
    creditor: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CurrencyPositions:
    """Who owes whom in one currency. `net` is what each entity is owed less what it owes; it sums to zero."""

    currency: str
    bilateral: tuple[Debt, ...]
    net: tuple[tuple[str, int], ...]


def positions_of(debts: Iterable[Debt]) -> tuple[CurrencyPositions, ...]:
    """Gross debts as positions, by currency, each sorted by entity. Pairs at zero are left out."""
    by_currency: dict[str, list[Debt]] = defaultdict(list)
    for debt in debts:
        if debt.amount.minor_units != 0:
            by_currency[debt.amount.currency_code].append(debt)
    return tuple(_positions_in(currency, by_currency[currency]) for currency in sorted(by_currency))


def _positions_in(currency: str, debts: list[Debt]) -> CurrencyPositions:
    net: dict[str, int] = defaultdict(int)
    for debt in debts:
        net[debt.debtor] -= debt.amount.minor_units
        net[debt.creditor] += debt.amount.minor_units
    bilateral = sorted(debts, key=lambda debt: (debt.debtor, debt.creditor))
    return CurrencyPositions(currency, tuple(bilateral), tuple(sorted(net.items())))


@dataclass(frozen=True, slots=True)
class PointsTotal:
    """One row of a brand's totals: movements of one kind (and place of spending)."""

    kind: str
    spent_at: str
    points: int
    outstanding: int
    debt: int


@dataclass(frozen=True, slots=True)
class ListedPosting:
    """A posting as it was booked; debits above zero."""

    account: str
    counterparty: str
    amount: int


@dataclass(frozen=True, slots=True)
class ListedPoints:
    """A posting of points as it was booked; debits above zero."""

    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """A journal entry as it was booked, with its lineage; of a voucher's entry that is empty. `event_revision` decided
    the movement, `accrual_revision` gave its accrual."""

    number: int
    entity: str
    currency: str
    kind: str
    home: str
    movement_sequence: int
    accrual_id: str
    rule_version: str
    order_id: str
    line_number: int
    partition: int
    position: int
    post_time: datetime
    postings: tuple[ListedPosting, ...]
    points: tuple[ListedPoints, ...]
    voucher_id: str
    cause: str
    cause_id: str
    event_revision: str
    accrual_revision: str
    period_sequence: int


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one checker: facts checked, how many violate it, and the first of those in words."""

    invariant: str
    description: str
    checked: int
    violations: int
    findings: tuple[str, ...]
