"""Values as canonical JSON: what the log, answers, documents and kept refusals are stored as.

Keys are sorted and there is no white space, so the bytes of an event are also what its hash is taken over
(`chassis.values.canonical`, version 1).
"""

from dataclasses import dataclass

import msgspec

from chassis.values.refusal import Code, Refusal
from ledger_service.domain.answers import Answer, OrderAnswer, RedemptionAnswer, ReturnAnswer
from ledger_service.domain.event import Event, EventType
from ledger_service.domain.order import OrderDocument, ReturnDocument

_ENCODER = msgspec.json.Encoder(order="sorted")
_EVENTS = msgspec.json.Decoder(Event)
_ORDERS = msgspec.json.Decoder(OrderDocument)
_RETURNS = msgspec.json.Decoder(ReturnDocument)
_ANSWERS: dict[EventType, msgspec.json.Decoder[Answer]] = {
    EventType.ORDER_POSTED: msgspec.json.Decoder(OrderAnswer),
    EventType.RETURN_POSTED: msgspec.json.Decoder(ReturnAnswer),
    EventType.POINTS_REDEEMED: msgspec.json.Decoder(RedemptionAnswer),
}


class UnreadableError(ValueError):
    """Stored bytes are not what they were written as."""


@dataclass(frozen=True, slots=True)
class _KeptRefusal:
    code: int
    reason: str
    domain: str
    message: str
    metadata: dict[str, str]


_REFUSALS = msgspec.json.Decoder(_KeptRefusal)


def encode(value: Event | Answer | OrderDocument | ReturnDocument) -> bytes:
    """Canonical JSON of a value."""
    return _ENCODER.encode(value)


def decode_event(data: bytes) -> Event:
    """An event from its payload; UnreadableError if that was damaged."""
    try:
        return _EVENTS.decode(data)
    except (msgspec.DecodeError, ValueError) as error:
        raise UnreadableError(str(error)) from error


def decode_answer(kind: str, data: bytes) -> Answer:
    """The answer stored with an event of the given type."""
    return _ANSWERS[EventType(kind)].decode(data)


def decode_order(data: bytes) -> OrderDocument:
    """A sale's document."""
    return _ORDERS.decode(data)


def decode_return(data: bytes) -> ReturnDocument:
    """A return's document."""
    return _RETURNS.decode(data)


def encode_refusal(refusal: Refusal) -> bytes:
    """A decided refusal, to be given again."""
    return _ENCODER.encode(
        _KeptRefusal(refusal.code.value, refusal.reason, refusal.domain, refusal.message, dict(refusal.metadata))
    )


def decode_refusal(data: bytes) -> Refusal:
    """A kept refusal."""
    kept = _REFUSALS.decode(data)
    return Refusal(Code(kept.code), kept.reason, kept.domain, kept.message, kept.metadata)
