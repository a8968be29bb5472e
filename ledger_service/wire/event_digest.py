"""What tells a reader of the log that nothing was altered on the way (docs/adr/0047).

The digest covers everything that books are made from, as one list of canonical JSON under `booked_event/1`. A reader
makes the same list of what it was sent; so it is written down here item by item, by position.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from chassis.values.canonical import Plain
from chassis.values.money import Money
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.event import Event
from ledger_service.domain.movement import Movement

TAG = "booked_event/1"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# The same bytes as `chassis.values.canonical` makes of lists, several times as fast.
_ENCODE = msgspec.json.Encoder().encode


def digest_of(event: Event) -> bytes:
    """SHA-256 over what books are made from: all movements of the event, however many messages carry them."""
    return sha256(TAG.encode() + b"\x00" + _ENCODE(booked(event))).digest()


def booked(event: Event) -> Plain:
    """The list that the digest is taken over: enum values by their names in the contract without prefix, instants in
    microseconds since 1970."""
    return [
        event.program,
        *event.position,
        event.type.name,
        event.subject_id,
        event.revision,
        event.location_id,
        event.operator,
        event.region,
        event.channel,
        event.brand,
        event.redeemer,
        _micros(event.occur_time),
        _micros(event.post_time),
        [_movement(one.movement, one.accrual) for one in event.movements],
        [[line.line_number, line.brand, *_money(line.paid)] for line in event.sold_lines],
    ]


def _movement(movement: Movement, accrual: Accrual) -> Plain:
    settlement = movement.settlement
    return [
        movement.home,
        movement.sequence,
        movement.accrual_id,
        movement.kind.name,
        movement.points,
        movement.remaining_after,
        movement.held_after,
        movement.cause.name,
        movement.cause_id,
        movement.line_number,
        None if settlement.value is None else _money(settlement.value),
        None if settlement.price is None else _money(settlement.price),
        settlement.place_entity,
        settlement.place_brand,
        [
            [owed.debtor, owed.creditor, *_money(owed.amount), owed.agreement_id, owed.rate_id]
            for owed in settlement.obligations
        ],
        [[change.entity, change.currency, change.liability, change.receivable] for change in movement.carrying],
        _facts(accrual),
    ]


def _facts(accrual: Accrual) -> Plain:
    """What is frozen on an accrual, as far as books ask for it."""
    rate = accrual.liability.per_point
    return [
        accrual.brand,
        accrual.issuer,
        accrual.rule_id,
        accrual.rule_version,
        accrual.revision,
        accrual.order_id,
        accrual.line_number,
        [[funder.entity, funder.share] for funder in accrual.funders],
        accrual.liability.currency,
        rate.numerator,
        rate.denominator,
        _micros(accrual.earn_time),
        accrual.location_id,
        accrual.operator,
        accrual.region,
        accrual.settlement_policy.name,
        accrual.reserve_entity,
    ]


def _money(money: Money) -> list[Plain]:
    return [money.currency_code, money.minor_units]


def _micros(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND
