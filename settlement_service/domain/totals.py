"""Running totals: what a batch of bookings adds to them. A checker proves them equal to a recomputation.

A total sums over events without bound, so it is an integer of any size: no program's amounts can stop the books.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from settlement_service.domain.admission import Booking
from settlement_service.domain.bookkeeping import spent_at

AccountKey = tuple[str, str, str, str, str, str]
"""Program, entity, currency, account, counterparty (or empty), issuing brand of the accrual."""

BrandKey = tuple[str, str, str, str]
"""Program, issuing brand, kind of movement, where spent (`spent_at`)."""


@dataclass(slots=True)
class PointsChange:
    """Points of movements, and what they did to outstanding points and to the debt among them."""

    points: int = 0
    outstanding: int = 0
    debt: int = 0


def account_changes(bookings: Iterable[Booking]) -> list[tuple[AccountKey, int]]:
    """Change of each account's balance, debits positive, in key order; accounts that end where they were are left
    out."""
    changes: dict[AccountKey, int] = defaultdict(int)
    for booking in bookings:
        for entry in booking.entries:
            brand = entry.movement.accrual.brand
            for posting in entry.postings:
                key = (
                    booking.event.program,
                    entry.entity,
                    entry.currency,
                    posting.account.value,
                    posting.counterparty,
                    brand,
                )
                changes[key] += posting.amount
    return sorted((key, change) for key, change in changes.items() if change != 0)


def brand_changes(bookings: Iterable[Booking]) -> list[tuple[BrandKey, PointsChange]]:
    """Change of each brand's points by kind and place of spending, in key order."""
    changes: dict[BrandKey, PointsChange] = defaultdict(PointsChange)
    for booking in bookings:
        event = booking.event
        for movement in event.movements:
            key = (event.program, movement.accrual.brand, movement.kind.value, spent_at(event, movement))
            change = changes[key]
            change.points += movement.points
            change.outstanding += movement.outstanding_change
            change.debt += movement.debt_change
    return sorted(changes.items(), key=lambda item: item[0])
