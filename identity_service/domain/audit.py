"""The record of a change: who did what to whom, in which call. No personal data, so that it outlives an erasure as it
is: an identifier is named by its kind and the number of its link, and of a profile it is told what was changed, not to
what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from chassis.values.canonical import Plain
from identity_service.domain.caller import Caller
from identity_service.domain.identifiers import IdentifierKind
from identity_service.domain.linked import HistoryDraft
from identity_service.domain.members import MemberKey
from identity_service.domain.proof import ProofMethod


class Action(Enum):
    """What was done."""

    MEMBER_ENROLLED = "MEMBER_ENROLLED"
    IDENTIFIERS_LINKED = "IDENTIFIERS_LINKED"
    PROFILE_CHANGED = "PROFILE_CHANGED"
    IDENTIFIER_SETTLED = "IDENTIFIER_SETTLED"
    IDENTIFIER_VERIFIED = "IDENTIFIER_VERIFIED"
    IDENTIFIER_UNLINKED = "IDENTIFIER_UNLINKED"
    IDENTIFIER_MOVED_OUT = "IDENTIFIER_MOVED_OUT"
    IDENTIFIER_MOVED_IN = "IDENTIFIER_MOVED_IN"
    CONSENTS_SET = "CONSENTS_SET"
    PREFERENCES_SET = "PREFERENCES_SET"
    MEMBER_ERASED = "MEMBER_ERASED"
    MEMBER_ABSORBED = "MEMBER_ABSORBED"
    MEMBER_SURVIVED = "MEMBER_SURVIVED"
    MEMBER_UNMERGED = "MEMBER_UNMERGED"
    MEMBER_LEFT = "MEMBER_LEFT"
    DUPLICATE_DECIDED = "DUPLICATE_DECIDED"
    PIN_SET = "PIN_SET"
    APP_KEY_REGISTERED = "APP_KEY_REGISTERED"
    APP_KEY_REVOKED = "APP_KEY_REVOKED"


@dataclass(frozen=True, slots=True)
class Claim:
    """An identifier as the directory and the audit record see it: kind and fingerprint."""

    kind: IdentifierKind
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """Who changes something, in which call and when."""

    caller: Caller
    request_id: str
    time: datetime

    def record(self, action: Action, member: MemberKey, detail: Plain) -> "AuditRecord":
        """The record of a change made so."""
        return AuditRecord(action, member, detail, self.caller, self.request_id, self.time)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One change of one member. `detail` is what changed, as stored."""

    action: Action
    member: MemberKey
    detail: Plain
    caller: Caller
    request_id: str
    record_time: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """An identifier as the audit record names it: its kind, and the number of its link in the member's history."""

    kind: IdentifierKind
    ordinal: int


def enrollment_detail(links: Iterable[Linked], home_location_id: str) -> Plain:
    """What an enrolment set."""
    return {"home_location_id": home_location_id, "identifiers": _shown(links)}


def link_detail(links: Iterable[Linked], proof: ProofMethod | None = None) -> Plain:
    """What points to the member since, or proves since; `proof` is how she proved herself to it."""
    detail: dict[str, Plain] = {"identifiers": _shown(links)}
    return detail if proof is None else detail | {"proof": proof.name}


def history_detail(draft: HistoryDraft, number: int) -> Plain:
    """What happened to an identifier, as the `number`th entry of the history."""
    detail: dict[str, Plain] = {"entry": number, "kind": draft.kind.name, "ordinal": draft.ordinal}
    if draft.proof is not None:
        detail["proof"] = draft.proof.method.name
    if draft.reason is not None:
        detail["reason"] = draft.reason.name
    return detail | {"other_member_id": draft.other_member_id} if draft.other_member_id else detail


def records_detail(first: int, last: int) -> Plain:
    """The numbers of the consents or preferences that were written down."""
    return {"first": first, "last": last}


def erasure_detail(reason: str, root_member_id: str) -> Plain:
    """Why a member was erased, and with whom."""
    return {"reason": reason, "root_member_id": root_member_id}


def profile_detail(changed: Iterable[str], ordinal: int) -> Plain:
    """Which fields of the profile are others since; `ordinal` counts the profiles of the member."""
    return {"changed": list(changed), "profile": ordinal}


def distinct_detail(duplicate_id: str, evidence_version: int) -> Plain:
    """Which duplicate was said to be two persons, by which evidence."""
    return {"duplicate_id": duplicate_id, "evidence_version": evidence_version, "verdict": "DISTINCT"}


def linked_detail(other_member_id: str, merge_seq: int, rule_version: int) -> Plain:
    """With whom a member was made one, or from whom it was taken; `rule_version` is 0 where a person decided."""
    return {"merge_seq": merge_seq, "other_member_id": other_member_id, "rule_version": rule_version}


def _shown(links: Iterable[Linked]) -> Plain:
    return [{"kind": link.kind.name, "ordinal": link.ordinal} for link in links]
