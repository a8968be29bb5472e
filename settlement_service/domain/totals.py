"""Running totals: what a batch of bookings adds to them. A checker proves them equal to a recomputation.

A total sums over events without bound, so it is an integer of any size: no program's amounts can stop the books.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from settlement_service.domain.admission import Booking
from settlement_service.domain.bookkeeping import spent_at
from settlement_service.domain.entry import Entry
from settlement_service.domain.event import Cause, Event, Kind, Movement, SoldLine, month_of

AccountKey = tuple[str, str, str, str, str, str, int, date]
"""Program, entity, currency (empty: points), account, counterparty (or empty), issuing brand of the accrual (empty: a
voucher), period, UTC day."""

BrandKey = tuple[str, str, str, str, str, int, date]
"""Program, issuing brand, kind of movement, where spent (`spent_at`), brand it was spent at (or empty), period, day."""

CohortKey = tuple[str, int, str, str, str, str, int, int, str]
"""Program, period, brand, UTC month of earning, currency, origin, rate (numerator, denominator), kind of movement."""

SaleKey = tuple[str, int, str, str, str]
"""Program, period, brand, UTC month of earning, currency."""


@dataclass(slots=True)
class AccountChange:
    """What was posted: the sum, debits positive, and the debits in it."""

    amount: int = 0
    debits: int = 0


@dataclass(slots=True)
class PointsChange:
    """Points of movements, and what they did to outstanding points and to the debt among them."""

    points: int = 0
    outstanding: int = 0
    debt: int = 0

    def count(self, movement: Movement) -> None:
        """Adds a movement."""
        self.points += movement.points
        self.outstanding += movement.outstanding_change
        self.debt += movement.debt_change


@dataclass(slots=True)
class CohortChange(PointsChange):
    """The same of a cohort, and what it did to what the points are carried at, all funders together."""

    liability: int = 0
    receivable: int = 0


def account_changes(entries: Iterable[Entry]) -> list[tuple[AccountKey, AccountChange]]:
    """What is posted to each account by period and day, in key order."""
    changes: dict[AccountKey, AccountChange] = {}
    for entry in entries:
        source = entry.source
        program, period, day, brand, entity = (
            source.program,
            source.period_sequence,
            source.day,
            source.brand,
            entry.entity,
        )
        for posting in entry.postings:
            key = (program, entity, entry.currency, posting.account, posting.counterparty, brand, period, day)
            _post(changes, key, posting.amount)
        for points in entry.points:
            _post(changes, (program, entity, "", points.account, "", brand, period, day), points.amount)
    return sorted(changes.items(), key=itemgetter(0))


def _post(changes: dict[AccountKey, AccountChange], key: AccountKey, amount: int) -> None:
    change = changes.get(key)
    if change is None:
        change = changes[key] = AccountChange()
    change.amount += amount
    if amount > 0:
        change.debits += amount


def brand_changes(bookings: Iterable[Booking]) -> list[tuple[BrandKey, PointsChange]]:
    """Change of each brand's points by kind, place of spending, period and day, in key order."""
    changes: dict[BrandKey, PointsChange] = {}
    for booking, event, movement in _movements(bookings):
        key = (
            event.program,
            movement.accrual.brand,
            movement.kind,
            spent_at(event, movement),
            at_brand(event, movement),
            booking.period_sequence,
            event.day,
        )
        change = changes.get(key)
        if change is None:
            change = changes[key] = PointsChange()
        change.count(movement)
    return sorted(changes.items(), key=itemgetter(0))


def at_brand(event: Event, movement: Movement) -> str:
    """The brand at which the points of a redeemed or restored movement were spent: what the movement says, else the
    event, which does not say it of an order or a return; empty for all others, repayments among them."""
    spends = movement.kind is Kind.REDEEMED or movement.kind is Kind.RESTORED
    return (movement.place_brand or event.brand) if spends and movement.cause is not Cause.REPAYMENT else ""


def cohort_changes(bookings: Iterable[Booking]) -> list[tuple[CohortKey, CohortChange]]:
    """Change of each cohort's points and of what they are carried at, by period and kind, in key order."""
    changes: dict[CohortKey, CohortChange] = {}
    for booking, event, movement in _movements(bookings):
        accrual = movement.accrual
        key = (
            event.program,
            booking.period_sequence,
            accrual.brand,
            accrual.month,
            accrual.currency,
            accrual.origin,
            accrual.rate.numerator,
            accrual.rate.denominator,
            movement.kind,
        )
        change = changes.get(key)
        if change is None:
            change = changes[key] = CohortChange()
        change.count(movement)
        for carried in movement.carrying:
            change.liability += carried.liability
            change.receivable += carried.receivable
    return sorted(changes.items(), key=itemgetter(0))


def sale_changes(bookings: Iterable[Booking]) -> list[tuple[SaleKey, int]]:
    """What was paid for lines that gave points, by the cohort they belong to, in key order."""
    changes: dict[SaleKey, int] = {}
    for booking in bookings:
        event = booking.event
        for line in event.sold_lines:
            month = month_of_line(event, line)
            key = (event.program, booking.period_sequence, line.brand, month, line.paid.currency_code)
            changes[key] = changes.get(key, 0) + line.paid.minor_units
    return sorted(changes.items())


def month_of_line(event: Event, line: SoldLine) -> str:
    """The month that the line's points were earned in; without such points, the event's own."""
    for movement in event.movements:
        accrual = movement.accrual
        if accrual.line_number == line.line_number and movement.cause in (Cause.ORDER, Cause.CORRECTION):
            return accrual.month
    return month_of(event.occur_time)


def _movements(bookings: Iterable[Booking]) -> Iterator[tuple[Booking, Event, Movement]]:
    for booking in bookings:
        event = booking.event
        for movement in event.movements:
            yield booking, event, movement
