"""Values as canonical JSON: what the log, answers, documents and kept refusals are stored as.

Keys are sorted and there is no white space, so the bytes of an event are also what its hash is taken over
(`chassis.values.canonical`, version 1).
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from chassis.values.refusal import Code, Refusal
from ledger_service.domain import answers
from ledger_service.domain.answers import Answer, PeriodCut
from ledger_service.domain.event import ChainHead, Event, EventType
from ledger_service.domain.order import OrderDocument, ReturnDocument
from ledger_service.domain.pooling import PoolingChange

_ENCODER = msgspec.json.Encoder(order="sorted")
_EVENTS = msgspec.json.Decoder(Event)
_ORDERS = msgspec.json.Decoder(OrderDocument)
_RETURNS = msgspec.json.Decoder(ReturnDocument)
_ANSWERS: dict[EventType, msgspec.json.Decoder[Answer]] = {
    event_type: msgspec.json.Decoder(answer)
    for event_type, answer in {
        EventType.ORDER_POSTED: answers.OrderAnswer,
        EventType.ORDER_CLAIMED: answers.ClaimAnswer,
        EventType.ORDER_CANCELLED: answers.ReturnAnswer,
        EventType.ORDER_EXCHANGED: answers.ExchangeAnswer,
        EventType.ORDER_CORRECTED: answers.CorrectionAnswer,
        EventType.PENDING_ACTIVATED: answers.PendingAnswer,
        EventType.PENDING_CANCELLED: answers.PendingAnswer,
        EventType.POINTS_REDEEMED: answers.RedemptionAnswer,
        EventType.REDEMPTION_AUTHORIZED: answers.AuthorizationAnswer,
        EventType.HOLD_INCREASED: answers.AuthorizationAnswer,
        EventType.REDEMPTION_CAPTURED: answers.CaptureAnswer,
        EventType.REDEMPTION_VOIDED: answers.VoidAnswer,
        EventType.REDEMPTION_RESTORED: answers.RestoreAnswer,
        EventType.RETURN_POSTED: answers.ReturnAnswer,
        EventType.RETURN_PARKED: answers.ReturnAnswer,
        EventType.RETURN_OPENED: answers.AnnouncedAnswer,
        EventType.RETURN_CANCELLED: answers.CancelledReturnAnswer,
        EventType.RETURN_RESOLVED: answers.ResolvedReturnAnswer,
        EventType.EXPIRY_EXTENDED: answers.ExtensionAnswer,
        EventType.WALLET_SWEPT: answers.SweepAnswer,
        EventType.POINTS_ADJUSTED: answers.AdjustmentAnswer,
        EventType.ADJUSTMENT_DECIDED: answers.AdjustmentAnswer,
        EventType.TRANSFER_SENT: answers.TransferAnswer,
        EventType.TRANSFER_RECEIVED: answers.ArrivalAnswer,
        EventType.TIER_SET: answers.TierAnswer,
        EventType.STANDING_CHANGED: answers.FollowedAnswer,
        EventType.PERIOD_CUT: PeriodCut,
        EventType.MEMBERS_MERGED: answers.LinkAnswer,
        EventType.MEMBERS_UNMERGED: answers.LinkAnswer,
        EventType.POINTS_IMPORTED: answers.ImportAnswer,
        EventType.IMPORT_WITHDRAWN: answers.WithdrawalAnswer,
        EventType.POOLING_CHANGED: PoolingChange,
    }.items()
}

T = TypeVar("T")


class JsonOf(Generic[T]):
    """Canonical JSON of one type of value."""

    def __init__(self, kind: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(kind)

    def encode(self, value: T) -> bytes:
        """The value's bytes."""
        return _ENCODER.encode(value)

    def decode(self, data: bytes) -> T:
        """The value of bytes that `encode` made."""
        return self._decoder.decode(data)


class UnreadableError(ValueError):
    """Stored bytes are not what they were written as."""


@dataclass(frozen=True, slots=True)
class _KeptRefusal:
    code: int
    reason: str
    domain: str
    message: str
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Of an event only the ends of chains: what is not named is passed over."""

    chain_heads: tuple[ChainHead, ...]


_REFUSALS = msgspec.json.Decoder(_KeptRefusal)
_ANCHORS = msgspec.json.Decoder(_Anchor)


def encode(value: Event | Answer | PeriodCut | PoolingChange | OrderDocument | ReturnDocument) -> bytes:
    """Canonical JSON of a value."""
    return _ENCODER.encode(value)


def decode_event(data: bytes) -> Event:
    """An event from its payload; UnreadableError if that was damaged."""
    try:
        return _EVENTS.decode(data)
    except (msgspec.DecodeError, ValueError) as error:
        raise UnreadableError(str(error)) from error


def decode_chain_heads(data: bytes) -> tuple[ChainHead, ...]:
    """The ends of movement chains after an event, from its payload; UnreadableError if that was damaged."""
    try:
        return _ANCHORS.decode(data).chain_heads
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
