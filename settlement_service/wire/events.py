"""An event of the ledger's log as values of the domain.

What cannot be read (an unknown kind, a missing part, a digest that is not of what came) becomes the delivery's content
as Unbookable; it is decided elsewhere what that means. Nothing is filled in that the event does not say.
"""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import events_pb2, movement_pb2
from loyalty.ledger.v1.accrual_pb2 import Accrual as AccrualMessage
from loyalty.rules.v1 import program_pb2
from loyalty.type.v1.money_pb2 import Money as MoneyMessage
from loyalty.type.v1.points_pb2 import PointRate

from chassis.values.money import Money
from chassis.values.rounding import ZERO, Ratio
from settlement_service.domain.admission import Delivery
from settlement_service.domain.event import (
    PERIOD_CUT,
    Accrual,
    CarryingChange,
    Cause,
    Event,
    Kind,
    Movement,
    Obligation,
    Origin,
    SoldLine,
    Unbookable,
)
from settlement_service.domain.program_facts import SettlementPolicy
from settlement_service.wire.as_of import is_month
from settlement_service.wire.event_digest import digest_of

_HASH_BYTES = 32
_ADJUSTMENT_RULE = "adjustment"
"""The rule id of accruals that a person gave (protos/loyalty/ledger/v1)."""

_KINDS: dict[int, Kind] = {movement_pb2.MovementKind.Value(f"MOVEMENT_KIND_{kind.value}"): kind for kind in Kind}
_CAUSES: dict[int, Cause] = {
    movement_pb2.MovementCause.Value(f"MOVEMENT_CAUSE_{cause.value}"): cause for cause in Cause
}
_POLICIES: dict[int, SettlementPolicy] = {
    program_pb2.SETTLEMENT_POLICY_UNSPECIFIED: SettlementPolicy.REIMBURSE,
    program_pb2.SETTLEMENT_POLICY_REIMBURSE: SettlementPolicy.REIMBURSE,
    program_pb2.SETTLEMENT_POLICY_RESERVE: SettlementPolicy.RESERVE,
    program_pb2.SETTLEMENT_POLICY_NONE: SettlementPolicy.NONE,
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
    if message.digest and message.digest != digest_of(message):
        raise Unbookable("the event is not what its digest was made of: it was altered on its way")
    if event_type == PERIOD_CUT and (message.movements or not is_month(message.subject_id)):
        raise Unbookable(f"a barrier names a month and moves no points, not {message.subject_id!r}")
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
        occur_time=_instant(message.occur_time),
        post_time=_instant(message.post_time),
        hash=message.hash,
        movements=tuple([_movement(movement) for movement in message.movements]),
        sold_lines=tuple([SoldLine(line.line_number, line.brand_id, _money(line.paid)) for line in message.sold_lines]),
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
        accrual=_accrual(message.accrual, place),
        place_entity=message.place_entity_id,
        value=_money(message.value) if message.HasField("value") else None,
        line=message.line_number,
        place_brand=message.place_brand_id,
    )


def _accrual(message: AccrualMessage, place: str) -> Accrual:
    policy = _POLICIES.get(message.settlement_policy)
    if policy is None or (policy is SettlementPolicy.RESERVE and not message.reserve_entity_id):
        raise Unbookable(f"movement {place}: policy {message.settlement_policy} is unknown, or lacks its reserve")
    if not message.HasField("earn_time"):
        raise Unbookable(f"movement {place}: its accrual lacks the time it was earned")
    return Accrual(
        accrual_id=message.accrual_id,
        brand=message.brand_id,
        issuer=message.issuer_entity_id,
        funders=tuple([(funder.entity_id, funder.share_basis_points) for funder in message.funders]),
        currency=message.liability.currency_code,
        order_id=message.order_id,
        line_number=message.line_number,
        rule_version=message.rule_version,
        earn_time=_instant(message.earn_time),
        rule_id=message.rule_id,
        revision=message.revision,
        offer_id=message.offer_id,
        rate=_rate(message.liability, place),
        location=message.location_id,
        operator=message.operator_entity_id,
        region=message.region,
        origin=_origin(message),
        policy=policy,
        reserve_entity=message.reserve_entity_id,
    )


def _origin(message: AccrualMessage) -> Origin:
    """A rule gives points for a sale; without the content hash of one they were given by a person, or brought in. What
    was transferred keeps the facts of the accrual it succeeds, and so its origin."""
    if message.rule_version:
        return Origin.SALE
    return Origin.GOODWILL if message.rule_id == _ADJUSTMENT_RULE else Origin.IMPORT


def _rate(message: PointRate, place: str) -> Ratio:
    """What a point is carried at; zero where nothing is said."""
    if not message.HasField("minor_units_per_point"):
        return ZERO
    ratio = message.minor_units_per_point
    try:
        return Ratio(ratio.numerator, ratio.denominator)
    except ValueError as error:
        raise Unbookable(f"movement {place}: {error}") from error


def _instant(message: Timestamp) -> datetime:
    return message.ToDatetime(UTC)


def _money(message: MoneyMessage) -> Money:
    return Money(message.currency_code, message.minor_units)
