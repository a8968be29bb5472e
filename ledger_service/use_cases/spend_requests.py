"""What calls about authorizations ask for, before anybody was resolved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.values.refusal import Refusal
from ledger_service.use_cases.ports import MemberRef
from ledger_service.use_cases.spend_ports import GivenProof

Covers = Callable[[str, str], object]
"""Raises a Refusal unless the caller's token covers a location and brand; asked once they are known."""


def is_covered(covers: Covers, location_id: str, brand: str) -> bool:
    """Whether the caller may know of what was made there: otherwise it is refused as if it did not exist."""
    try:
        covers(location_id, brand)
    except Refusal:
        return False
    return True


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """Set points aside. `hold_seconds` of 0: as long as the program does by default."""

    program: str
    request_id: str
    member: MemberRef
    location_id: str
    brand: str
    channel: str
    currency: str
    points: int
    occur_time: datetime
    quoted: int | None
    hold_seconds: int
    proof: GivenProof | None = None


@dataclass(frozen=True, slots=True)
class IncreaseRequest:
    """Set more points aside."""

    program: str
    request_id: str
    authorization_id: str
    points: int
    occur_time: datetime
    proof: GivenProof | None = None


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """Spend points that are set aside; 0: all of them."""

    program: str
    request_id: str
    authorization_id: str
    points: int
    release_rest: bool
    occur_time: datetime


@dataclass(frozen=True, slots=True)
class VoidRequest:
    """Free points that are set aside, by the authorization's id or by the id of the request for it (the other is
    empty, and the member is named)."""

    program: str
    request_id: str
    authorization_id: str
    original_request_id: str
    member: MemberRef | None
    occur_time: datetime
