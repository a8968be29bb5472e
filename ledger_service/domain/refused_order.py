"""Sales that were uploaded and refused, kept aside for a person. None of them names a member."""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.values.refusal import Code, Refusal
from ledger_service.domain.order import OrderDocument
from ledger_service.domain.refusals import PROGRAM_NOT_FOUND

_NOT_FOR_A_PERSON = frozenset({Code.INTERNAL, Code.UNAUTHENTICATED, Code.PERMISSION_DENIED})
_MEMBER = "member_id"


@dataclass(frozen=True, slots=True)
class RefusedOrder:
    """An upload as it was refused last. `key` is its directory key, `fingerprint` that of what was asked; `tries`
    counts how often it was sent since `first_time`."""

    program: str
    key: bytes
    fingerprint: bytes
    caller: str
    request_id: str
    document: OrderDocument
    refusal: Refusal
    first_time: datetime
    last_time: datetime
    tries: int = 1


@dataclass(frozen=True, slots=True)
class RefusedFilter:
    """Which refused uploads are asked for: at these locations (None: all), of this source (empty: all), and of these
    brands only (None: any; lines of no brand count as anybody's)."""

    program: str
    locations: tuple[str, ...] | None
    source: str
    brands: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RefusedPlace:
    """The place of one in their order: by age, then by directory key."""

    first_time: datetime
    key: bytes


@dataclass(frozen=True, slots=True)
class RefusedTotal:
    """Refused uploads of one reason and currency. `amount` is the sum of their control totals in minor units; None if
    that is more than 64 bits hold."""

    reason: str
    currency: str
    orders: int
    amount: int | None


def needs_a_person(refusal: Refusal) -> bool:
    """True if sending the same sale again will not help, so that somebody has to look at it. What was refused for the
    moment, for a fault of ours or for who sent it is the till's to send again; without a program there is nobody who
    could look."""
    lasting = not refusal.transient and refusal.code not in _NOT_FOR_A_PERSON
    return lasting and refusal.reason != PROGRAM_NOT_FOUND.name


def without_member(refusal: Refusal) -> Refusal:
    """The refusal without the member it names: what a till calls a member id may be anything a person typed."""
    named = refusal.metadata.get(_MEMBER)
    if not named:
        return refusal
    metadata = {name: value for name, value in refusal.metadata.items() if name != _MEMBER}
    return replace(refusal, message=refusal.message.replace(named, "…"), metadata=metadata)
