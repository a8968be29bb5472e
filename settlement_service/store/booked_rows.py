"""Booked events and movements as rows, in the order of the columns of `append_events` and `append_movements`."""

from collections.abc import Iterable

from settlement_service.domain.admission import Booking
from settlement_service.domain.bookkeeping import redeemer_of, spent_at
from settlement_service.domain.event import Event, Kind, Movement, SoldLine
from settlement_service.domain.totals import at_brand, month_of_line

EVENT_COLUMNS = 17
MOVEMENT_COLUMNS = 39

_SPENDING = (Kind.REDEEMED, Kind.RESTORED)


def event_rows(bookings: Iterable[Booking]) -> list[tuple[object, ...]]:
    """One row an event."""
    return [
        (
            event.partition,
            event.position,
            event.program,
            event.event_type,
            event.subject_id,
            event.revision,
            event.location_id,
            event.operator,
            event.region,
            event.channel,
            event.brand,
            event.redeemer,
            event.occur_time,
            event.post_time,
            event.hash,
            period_sequence,
            ",".join([_sold_line(event, line) for line in event.sold_lines]),
        )
        for event, period_sequence in ((booking.event, booking.period_sequence) for booking in bookings)
    ]


def movement_rows(bookings: Iterable[Booking]) -> list[tuple[object, ...]]:
    """One row a movement."""
    return [
        _movement_row(booking.event, booking.period_sequence, movement)
        for booking in bookings
        for movement in booking.event.movements
    ]


def cut_rows(bookings: Iterable[Booking]) -> list[tuple[object, ...]]:
    """One row a barrier."""
    return [
        (event.program, sequence, event.partition, event.position, event.subject_id, event.post_time)
        for event, sequence in ((booking.event, booking.period_sequence) for booking in bookings)
        if event.cuts
    ]


def _sold_line(event: Event, line: SoldLine) -> str:
    paid = line.paid
    return f"{line.line_number} {line.brand} {paid.currency_code} {paid.minor_units} {month_of_line(event, line)}"


def _movement_row(event: Event, period_sequence: int, movement: Movement) -> tuple[object, ...]:
    accrual, value, price = movement.accrual, movement.value, movement.price
    spends = movement.kind in _SPENDING and not movement.repays
    return (
        event.program,
        movement.home,
        movement.sequence,
        event.partition,
        event.position,
        movement.kind,
        movement.cause or "",
        movement.cause_id,
        spent_at(event, movement),
        movement.points,
        movement.outstanding_after,
        accrual.accrual_id,
        accrual.brand,
        accrual.issuer,
        accrual.rule_version,
        accrual.order_id,
        accrual.line_number,
        period_sequence,
        movement.line,
        accrual.rule_id,
        accrual.offer_id,
        accrual.revision,
        ",".join([f"{entity}={share}" for entity, share in accrual.funders]),
        accrual.currency,
        accrual.rate.numerator,
        accrual.rate.denominator,
        accrual.earn_time,
        accrual.origin,
        accrual.location,
        accrual.operator,
        accrual.region,
        accrual.policy.value,
        accrual.reserve_entity,
        redeemer_of(event, movement) if spends else movement.place_entity,
        value.currency_code if value else "",
        value.minor_units if value else 0,
        price.currency_code if price else "",
        price.minor_units if price else 0,
        at_brand(event, movement),
    )
