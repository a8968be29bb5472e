"""An event of the ledger's log as values of the domain.

What cannot be read (an unknown kind, a missing part) becomes the delivery's content as Unbookable; it is decided
elsewhere what that means. Nothing is filled in that the event does not say.
"""

from datetime import UTC

from loyalty.ledger.v1 import events_pb2, movement_pb2
from loyalty.ledger.v1.accrual_pb2 import Accrual as AccrualMessage
from loyalty.type.v1.money_pb2 import Money as MoneyMessage

from chassis.values.money import Money
from settlement_service.domain.admission import Delivery
from settlement_service.domain.event import (
    Accrual,
    CarryingChange,
    Cause,
    Event,
    Kind,
    Movement,
    Obligation,
    Unbookable,
)

_HASH_BYTES = 32

_KINDS: dict[int, Kind] = {movement_pb2.MovementKind.Value(f"MOVEMENT_KIND_{kind.value}"): kind for kind in Kind}
_CAUSES: dict[int, Cause] = {
    movement_pb2.MovementCause.Value(f"MOVEMENT_CAUSE_{cause.value}"): cause for cause in Cause
}
_EVENT_TYPES: dict[int, str] = {
    number: name.removeprefix("EVENT_TYPE_") for name, number in events_pb2.EventType.items() if number != 0
}


def delivery_of(message: events_pb2.Event) -> Delivery:
    """The event as it was delivered."""
    content: Event | Unbookable
    try:
        content = _event(message)
    except Unbookable as error:
        content = error
    return Delivery(
        program=message.program_id,
        partition=message.position.partition,
        position=message.position.position,
        hash=message.hash,
        traceparent=message.traceparent,
        content=content,
        encoded=message.SerializeToString,
    )


def _event(message: events_pb2.Event) -> Event:
    event_type = _EVENT_TYPES.get(message.event_type)
    if event_type is None:
        raise Unbookable(f"unknown event type {message.event_type}")
    if not message.program_id or len(message.hash) != _HASH_BYTES:
        raise Unbookable("the event lacks its program or its hash")
    if not message.HasField("occur_time") or not message.HasField("post_time"):
        raise Unbookable("the event lacks a time")
    return Event(
        program=message.program_id,
        partition=message.position.partition,
        position=message.position.position,
        event_type=event_type,
        subject_id=message.subject_id,
        revision=message.revision,
        location_id=message.location_id,
        operator=message.operator_entity_id,
        region=message.region,
        channel=message.channel,
        brand=message.brand_id,
        redeemer=message.redeemer_entity_id,
        occur_time=message.occur_time.ToDatetime(UTC),
        post_time=message.post_time.ToDatetime(UTC),
        hash=message.hash,
        movements=tuple(_movement(movement) for movement in message.movements),
    )


def _movement(message: movement_pb2.Movement) -> Movement:
    kind = _KINDS.get(message.kind)
    cause = _CAUSES.get(message.cause)
    place = f"{message.home_member_id}#{message.sequence}"
    if kind is None or cause is None:
        raise Unbookable(f"movement {place}: unknown kind {message.kind} or cause {message.cause}")
    if message.accrual.accrual_id != message.accrual_id or not message.accrual_id:
        raise Unbookable(f"movement {place} does not carry its accrual")
    return Movement(
        home=message.home_member_id,
        sequence=message.sequence,
        kind=kind,
        cause=cause,
        cause_id=message.cause_id,
        points=message.points,
        outstanding_after=message.remaining_after + message.held_after,
        price=_money(message.price) if message.HasField("price") else None,
        obligations=tuple(
            Obligation(o.debtor_entity_id, o.creditor_entity_id, _money(o.amount), o.agreement_id)
            for o in message.obligations
        ),
        carrying=tuple(
            CarryingChange(c.entity_id, c.currency_code, c.liability_minor_units, c.receivable_minor_units)
            for c in message.carrying
        ),
        accrual=_accrual(message.accrual),
        place_entity=message.place_entity_id,
    )


def _accrual(message: AccrualMessage) -> Accrual:
    return Accrual(
        accrual_id=message.accrual_id,
        brand=message.brand_id,
        issuer=message.issuer_entity_id,
        funders=tuple((funder.entity_id, funder.share_basis_points) for funder in message.funders),
        currency=message.liability.currency_code,
        order_id=message.order_id,
        line_number=message.line_number,
        rule_version=message.rule_version,
    )


def _money(message: MoneyMessage) -> Money:
    return Money(message.currency_code, message.minor_units)
