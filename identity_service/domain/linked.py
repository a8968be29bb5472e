"""What happened to the identifiers of a member, and how they stand: linked, verified, unlinked, moved."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from identity_service.domain.identifiers import Identifier, IdentifierKind


class IdentifierProofMethod(Enum):
    """How an identifier was proved to be somebody's; numbered as on the wire and in the database."""

    ONE_TIME_CODE = 1
    CARD_SEEN = 2
    DOCUMENT_SEEN = 3
    OTHER_SYSTEM = 4

    def proves(self, kind: IdentifierKind) -> bool:
        """True if an identifier of this kind can be proved so: a card on the counter proves no phone number, which
        codes are sent to once it is verified."""
        return self is not IdentifierProofMethod.CARD_SEEN or kind is IdentifierKind.CARD


class ChangeReason(Enum):
    """Why an identifier was unlinked or moved; numbered as on the wire and in the database."""

    MEMBER_ASKED = 1
    LINKED_BY_MISTAKE = 2
    LOST_OR_STOLEN = 3
    NEW_OWNER = 4


class HistoryAction(Enum):
    """What happened; numbered as on the wire and in the database."""

    LINKED = 1
    VERIFIED = 2
    UNLINKED = 3
    MOVED_OUT = 4
    MOVED_IN = 5


@dataclass(frozen=True, slots=True)
class IdentifierProof:
    """A proof. `reference` names what is kept of it; empty only for a card that was seen, and for a one-time code that
    was not looked at yet. `code` is that code as it was told: secret, compared with no other use of a request id and
    kept nowhere. `location_id` is where a card or document was looked at; empty: not told."""

    method: IdentifierProofMethod
    reference: str
    code: str = field(default="", repr=False)
    location_id: str = ""


@dataclass(frozen=True, slots=True)
class HistoryDraft:
    """An entry to be written after the link `ordinal`."""

    action: HistoryAction
    ordinal: int
    kind: IdentifierKind
    proof: IdentifierProof | None = None
    reason: ChangeReason | None = None
    other_member_id: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An entry as it was written: the `number`th of the member. `identifier` is None if what it reads was erased;
    `caller` and `request_id` are empty for links from before there was a history."""

    number: int
    action: HistoryAction
    ordinal: int
    kind: IdentifierKind
    identifier: Identifier | None
    proof: IdentifierProof | None
    reason: ChangeReason | None
    other_member_id: str
    event_time: datetime
    caller: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Verification:
    """That an identifier was proved."""

    proof: IdentifierProof
    verify_time: datetime
    caller: str


@dataclass(frozen=True, slots=True)
class LinkedIdentifier:
    """An identifier that points to a member; `ordinal` is the number of its link."""

    identifier: Identifier
    member_id: str
    ordinal: int
    link_time: datetime
    verification: Verification | None
