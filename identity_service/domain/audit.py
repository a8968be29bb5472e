"""The record of a change: who did what to whom, in which call. No personal data: identifiers are fingerprints, and of a
profile it is told what was changed, not to what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from chassis.values.canonical import Plain
from identity_service.domain.caller import Caller
from identity_service.domain.identifiers import IdentifierKind
from identity_service.domain.members import MemberKey


class Action(Enum):
    """What was done."""

    MEMBER_ENROLLED = "MEMBER_ENROLLED"
    IDENTIFIERS_LINKED = "IDENTIFIERS_LINKED"
    PROFILE_CHANGED = "PROFILE_CHANGED"


@dataclass(frozen=True, slots=True)
class Claim:
    """An identifier as the directory and the audit record see it: kind and fingerprint."""

    kind: IdentifierKind
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One change of one member. `detail` is what changed, as stored."""

    action: Action
    member: MemberKey
    detail: Plain
    caller: Caller
    request_id: str
    record_time: datetime


def enrollment_detail(claims: Iterable[Claim], home_location_id: str) -> Plain:
    """What an enrolment set."""
    return {"home_location_id": home_location_id, "identifiers": _shown(claims)}


def link_detail(claims: Iterable[Claim]) -> Plain:
    """What points to the member since."""
    return {"identifiers": _shown(claims)}


def profile_detail(changed: Iterable[str], ordinal: int) -> Plain:
    """Which fields of the profile are others since; `ordinal` counts the profiles of the member."""
    return {"changed": list(changed), "profile": ordinal}


def _shown(claims: Iterable[Claim]) -> Plain:
    return [{"kind": claim.kind.name, "fingerprint": claim.fingerprint.hex()} for claim in claims]
