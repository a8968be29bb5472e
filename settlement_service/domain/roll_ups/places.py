"""What a batch of bookings adds to the measures of places.

Movements are summed by where they count first, and each of these sums is told as measures: so a measure costs by places
of a batch, not by movements.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from settlement_service.domain.admission import Booking
from settlement_service.domain.bookkeeping import spent_at
from settlement_service.domain.event import Event, Kind, Movement
from settlement_service.domain.roll_ups.definitions import BY_KIND, Amount, At, Measure
from settlement_service.domain.totals import at_brand

PlaceKey = tuple[str, int, str, str, str, str, str, str, str]
"""Program, period, region, operator, location, brand, measure, party (the funder, or empty), currency (or empty)."""

Place = tuple[str, str, str, str]
"""Region, operator, location, brand."""


class _Group(NamedTuple):
    """What movements have in common that count for the same measures at the same places."""

    program: str
    period: int
    earned: Place
    took_place: Place
    kind: Kind
    spent_at: str
    repays: bool


Sums = dict[tuple[Amount, str, str], int]
"""What a group comes to, by amount, party and currency. An amount that no movement of it has is absent; one that comes
to zero is not, so what is stored does not depend on how events were batched."""


def place_changes(bookings: Iterable[Booking]) -> list[tuple[PlaceKey, int]]:
    """Change of each measure by place, brand and period, in key order."""
    changes: dict[PlaceKey, int] = {}
    for group, sums in _grouped(bookings).items():
        for measure in BY_KIND[group.kind]:
            if not _counts(measure, group):
                continue
            place = group.earned if measure.at is At.EARNED else group.took_place
            sign = measure.signs[group.kind]
            for (amount, party, currency), total in sums.items():
                if amount is measure.amount:
                    key = (group.program, group.period, *place, measure.measure_id, party, currency)
                    changes[key] = changes.get(key, 0) + sign * total
    return sorted(changes.items())


def _grouped(bookings: Iterable[Booking]) -> dict[_Group, Sums]:
    groups: dict[_Group, Sums] = {}
    for booking in bookings:
        event = booking.event
        for movement in event.movements:
            group = _group(event, booking.period_sequence, movement)
            sums = groups.get(group)
            if sums is None:
                sums = groups[group] = {}
            _count(sums, movement)
    return groups


def _group(event: Event, period: int, movement: Movement) -> _Group:
    accrual = movement.accrual
    return _Group(
        event.program,
        period,
        (accrual.region, accrual.operator, accrual.location, accrual.brand),
        (event.region, event.operator, event.location_id, at_brand(event, movement) or accrual.brand),
        movement.kind,
        spent_at(event, movement),
        movement.repays,
    )


def _counts(measure: Measure, group: _Group) -> bool:
    if measure.spent_at and measure.spent_at != group.spent_at:
        return False
    return not (measure.without_repayments and group.repays)


def _count(sums: Sums, movement: Movement) -> None:
    for key, amount in _amounts(movement):
        if amount:
            sums[key] = sums.get(key, 0) + amount


def _amounts(movement: Movement) -> Iterator[tuple[tuple[Amount, str, str], int]]:
    currency = movement.accrual.currency
    yield (Amount.POINTS, "", ""), movement.points
    yield (Amount.CHANGE, "", ""), movement.outstanding_change
    yield (Amount.DEBT, "", ""), movement.debt_change
    for carried in movement.carrying:
        yield (Amount.LIABILITY, "", currency), carried.liability
        yield (Amount.RECEIVABLE, "", currency), carried.receivable
        yield (Amount.CARRYING, carried.entity, carried.currency), carried.total
    if movement.value is not None:
        yield (Amount.VALUE, "", movement.value.currency_code), movement.value.minor_units
