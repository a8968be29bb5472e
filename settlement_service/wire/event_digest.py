"""The digest of an event: what the books are made from, hashed when it was committed and again on arrival.

The ledger makes the same list with code of its own (docs/adr/0047), so an event that was altered on its way, and one
that either side would read differently, does not pass.
"""

from collections.abc import Iterable
from hashlib import sha256

import msgspec
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import accrual_pb2, events_pb2, movement_pb2
from loyalty.rules.v1 import program_pb2
from loyalty.type.v1.money_pb2 import Money
from loyalty.type.v1.points_pb2 import Funder

from chassis.values.canonical import Plain

ENCODING = "booked_event/1"
_TAG = ENCODING.encode() + b"\x00"

# The same bytes as `chassis.values.canonical` makes of lists of text and whole numbers, several times as fast.
_ENCODE = msgspec.json.Encoder().encode


def _names(enum: Iterable[tuple[str, int]], prefix: str) -> dict[int, str]:
    return {number: name.removeprefix(prefix) for name, number in enum}


_TYPES = _names(events_pb2.EventType.items(), "EVENT_TYPE_")
_KINDS = _names(movement_pb2.MovementKind.items(), "MOVEMENT_KIND_")
_CAUSES = _names(movement_pb2.MovementCause.items(), "MOVEMENT_CAUSE_")
_POLICIES = _names(program_pb2.SettlementPolicy.items(), "SETTLEMENT_POLICY_") | {
    program_pb2.SETTLEMENT_POLICY_UNSPECIFIED: "REIMBURSE"
}


def digest_of(message: events_pb2.Event) -> bytes:
    """32 bytes over everything of the event that the books use. A value of an enum that is not known stands as its
    number."""
    content: Plain = [
        message.program_id,
        message.position.partition,
        message.position.position,
        _TYPES.get(message.event_type, message.event_type),
        message.subject_id,
        message.revision,
        message.location_id,
        message.operator_entity_id,
        message.region,
        message.channel,
        message.brand_id,
        message.redeemer_entity_id,
        _micros(message.occur_time),
        _micros(message.post_time),
        [_movement(movement) for movement in message.movements],
        [
            [line.line_number, line.brand_id, line.paid.currency_code, line.paid.minor_units]
            for line in message.sold_lines
        ],
    ]
    return sha256(_TAG + _ENCODE(content)).digest()


def _movement(message: movement_pb2.Movement) -> Plain:
    return [
        message.home_member_id,
        message.sequence,
        message.accrual_id,
        _KINDS.get(message.kind, message.kind),
        message.points,
        message.remaining_after,
        message.held_after,
        _CAUSES.get(message.cause, message.cause),
        message.cause_id,
        message.line_number,
        _money(message.value) if message.HasField("value") else None,
        _money(message.price) if message.HasField("price") else None,
        message.place_entity_id,
        message.place_brand_id,
        [
            [
                owed.debtor_entity_id,
                owed.creditor_entity_id,
                owed.amount.currency_code,
                owed.amount.minor_units,
                owed.agreement_id,
                owed.rate_id,
            ]
            for owed in message.obligations
        ],
        [
            [change.entity_id, change.currency_code, change.liability_minor_units, change.receivable_minor_units]
            for change in message.carrying
        ],
        _accrual(message.accrual),
    ]


def _accrual(message: accrual_pb2.Accrual) -> Plain:
    rate = message.liability.minor_units_per_point
    return [
        message.brand_id,
        message.issuer_entity_id,
        message.rule_id,
        message.rule_version,
        message.revision,
        message.order_id,
        message.line_number,
        [_funder(funder) for funder in message.funders],
        message.liability.currency_code,
        rate.numerator,
        rate.denominator,
        _micros(message.earn_time),
        message.location_id,
        message.operator_entity_id,
        message.region,
        _POLICIES.get(message.settlement_policy, message.settlement_policy),
        message.reserve_entity_id,
    ]


def _funder(message: Funder) -> Plain:
    return [message.entity_id, message.share_basis_points]


def _money(message: Money) -> Plain:
    return [message.currency_code, message.minor_units]


def _micros(message: Timestamp) -> int:
    return int(message.seconds) * 1_000_000 + int(message.nanos) // 1_000
