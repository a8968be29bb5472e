"""What identifiers, profiles, consents, erasure and export need of the world besides `ports`."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

from chassis.values.canonical import Plain
from identity_service.domain.audit import Claim, Origin
from identity_service.domain.consents import Consent, ConsentRecord, Preference, PreferenceRecord
from identity_service.domain.identifiers import Identifier
from identity_service.domain.linked import HistoryDraft, HistoryEntry, LinkedIdentifier
from identity_service.domain.members import MemberKey
from identity_service.domain.person import Person, ProfileVersion
from identity_service.domain.proof import Accepted
from identity_service.use_cases.ports import Changes

T = TypeVar("T")


class Place(NamedTuple):
    """Where a page ended: a member and the number of its last record there."""

    member_id: str
    number: int


START = Place("", 0)


class Part(NamedTuple):
    """Something that is told as it is stored, and its place."""

    place: Place
    told: dict[str, Plain]


class HeldCode(NamedTuple):
    """A code that was told right: of the identifier of this fingerprint, made from this salt."""

    fingerprint: bytes
    salt: bytes


class PersonChanges(Changes, Protocol):
    """One transaction. Rows are locked in one order: request, pairs by id, identifiers by fingerprint, members by
    key."""

    async def hold_imports(self) -> None:
        """Makes imports wait until the end: nothing of them is staged, claimed or settled meanwhile."""
        ...

    async def hold_duplicates(self, members: Collection[MemberKey]) -> None:
        """Makes verdicts on pairs that members are in wait."""
        ...

    async def take_identifiers(self, fingerprints: Collection[bytes]) -> None:
        """Makes other changes of whom identifiers point to wait."""
        ...

    async def link_of(self, member: MemberKey, fingerprint: bytes) -> int | None:
        """The number of the link by which a taken identifier points to a member that is locked; None: it does not."""
        ...

    async def accept_code(
        self, use_hash: bytes, proof: Accepted, member: MemberKey, code: HeldCode, now: datetime
    ) -> bool:
        """Keeps that a code proved an identifier of the member, and uses it up; False if it was used, or replaced."""
        ...

    async def append_history(self, member: MemberKey, draft: HistoryDraft, origin: Origin) -> int:
        """The next entry of a member that is locked, and its number. A verification marks the link, an unlinking or
        moving out ends it."""
        ...

    async def drop_identifier(self, fingerprint: bytes) -> None:
        """Lets a taken identifier point to nobody."""
        ...

    async def move_in(
        self,
        member: MemberKey,
        claim: Claim,
        identifier: Identifier,
        draft: HistoryDraft,
        origin: Origin,
        *,
        settled: bool,
    ) -> int:
        """Lets a taken identifier point to a member that is locked, verified; the number of the entry and link.
        `settled`: see `domain.standing`."""
        ...

    async def history(self, member: MemberKey, after: int, most: int) -> Sequence[HistoryEntry]:
        """Entries after a number, oldest first."""
        ...

    async def linked(self, members: Collection[MemberKey]) -> Sequence[LinkedIdentifier]:
        """What points to members of one program."""
        ...

    async def versions(self, member: MemberKey, after: int, most: int) -> Sequence[ProfileVersion]:
        """Versions after a number, oldest first."""
        ...

    async def append_consents(self, member: MemberKey, said: Sequence[Consent], origin: Origin) -> int:
        """Adds to the consents of a member that is locked; the last number."""
        ...

    async def consents(self, members: Collection[MemberKey], after: Place, most: int) -> Sequence[ConsentRecord]:
        """Records of members of one program after a place, by member and number."""
        ...

    async def last_consents(self, members: Collection[MemberKey]) -> Sequence[ConsentRecord]:
        """The last word of one person on each brand, channel and purpose, sorted."""
        ...

    async def append_preferences(self, member: MemberKey, said: Sequence[Preference], origin: Origin) -> int:
        """Adds to the preferences of a member that is locked; the last number."""
        ...

    async def preferences(self, members: Collection[MemberKey], after: Place, most: int) -> Sequence[PreferenceRecord]:
        """Records of members of one program after a place, by member and number."""
        ...

    async def last_preferences(self, members: Collection[MemberKey]) -> Sequence[PreferenceRecord]:
        """The last word on each brand and key, sorted, less what was taken away."""
        ...

    async def fingerprints(self, members: Collection[MemberKey]) -> Collection[bytes]:
        """What points to members of one program."""
        ...

    async def erase(self, members: Collection[MemberKey], now: datetime) -> None:
        """Forgets everything personal of members of one program that are locked, as what points to them is taken."""
        ...


class PersonRegistry(Protocol):
    """The persons of all programs."""

    async def change(self, work: Callable[[PersonChanges], Awaitable[T]]) -> T:
        """As `Registry.change`."""
        ...

    async def was_carried_out(self, key_hash: bytes) -> bool:
        """Whether an intent of this name was carried out."""
        ...

    async def try_code(self, fingerprint: bytes, now: datetime) -> bytes | None:
        """The salt of the code of an identifier that may be told now; this is one attempt more at it, and counted
        whatever comes of it."""
        ...

    async def person(self, member: MemberKey) -> Person | None:
        """The whole person, as of one moment; None if there is no such member."""
        ...

    async def read(self, work: Callable[[PersonChanges], Awaitable[T]]) -> T:
        """Runs `work`, which only reads, as of one moment."""
        ...

    async def audit_records(self, members: Collection[MemberKey], after: Place, most: int) -> Sequence[Part]:
        """Audit records of members of one program after a place, by member and number."""
        ...

    async def link_changes(self, program_id: str, members: Collection[str], after: int, most: int) -> Sequence[Part]:
        """Merges and unmerges of members, by position."""
        ...
