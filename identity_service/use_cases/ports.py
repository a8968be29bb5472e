"""What the use cases need of the world."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

from identity_service.domain.audit import AuditRecord, Claim, Origin
from identity_service.domain.identifiers import Identifier
from identity_service.domain.members import Found, Member, MemberKey, Resolution
from identity_service.domain.person import PersonDetails
from identity_service.domain.programs import NOWHERE, Places
from identity_service.domain.requests import KeptRequest, Outcome

T = TypeVar("T")


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """This instant, UTC."""
        ...


class Shown(NamedTuple):
    """A member as an answer shows it: with its profile of this number, 0: none, after so many entries of the history of
    its identifiers."""

    member: Member
    profile: int
    history: int


class Locked(NamedTuple):
    """A member whose row is locked. `erase_time` None: not erased."""

    erase_time: datetime | None


class Changes(Protocol):
    """One transaction. Rows are claimed and locked in one order: request, identifiers by fingerprint, member."""

    async def claim_request(self, key_hash: bytes, program_id: str, intent: bytes, now: datetime) -> KeptRequest | None:
        """None if the name is now this transaction's; else what it was used for. Waits for one using it now."""
        ...

    async def settle_request(self, key_hash: bytes, member: MemberKey, outcome: Outcome) -> None:
        """Keeps what the claimed intent led to."""
        ...

    async def claim_identifiers(self, member: MemberKey, claims: Sequence[Claim]) -> frozenset[bytes]:
        """Lets those that point to nobody point to the member (who need not exist yet); returns these. The others
        point to whom they point until the transaction ends."""
        ...

    async def owners(self, claims: Sequence[Claim]) -> frozenset[str]:
        """The members the identifiers point to, with what this transaction claimed."""
        ...

    async def repoint(self, member: MemberKey, fingerprints: Collection[bytes]) -> None:
        """Lets identifiers claimed in this transaction point to another member."""
        ...

    async def add_member(self, member: MemberKey, home_location_id: str, now: datetime) -> None:
        """A new member without identifiers."""
        ...

    async def lock_member(self, member: MemberKey) -> bool:
        """Makes other changes of the member wait; False if it does not exist."""
        ...

    async def lock(self, member: MemberKey) -> Locked | None:
        """The same, with what must be known before a change; None if it does not exist."""
        ...

    async def append_values(
        self,
        member: MemberKey,
        identifiers: Sequence[tuple[Claim, Identifier]],
        now: datetime,
        caller: str,
        request_id: str,
        *,
        settled: bool,
    ) -> Sequence[int]:
        """Adds to what points to a member that is locked or new, in this order; the numbers of the links. `settled`:
        see `domain.standing`."""
        ...

    async def count_identifiers(self, member: MemberKey) -> int:
        """How many point to a member that is locked."""
        ...

    async def settle_link(self, member: MemberKey, fingerprint: bytes) -> int | None:
        """Settles the link by which an identifier points to a member that is locked; its number, None if it was."""
        ...

    async def details(self, member: MemberKey) -> PersonDetails:
        """The profile of a member that exists."""
        ...

    async def append_profile(
        self, member: MemberKey, details: PersonDetails, changed: Sequence[str], origin: Origin
    ) -> int:
        """Replaces the profile of a member that is locked or new; the number of the new one."""
        ...

    async def append_audit(self, record: AuditRecord) -> None:
        """Records a change of a member that is locked or new."""
        ...

    async def follow(self, members: Collection[MemberKey]) -> Mapping[MemberKey, Resolution]:
        """Roots and homes of members that exist."""
        ...

    async def read_member(self, member: MemberKey, as_shown: Outcome | None = None) -> Shown:
        """A member that exists: as it is, or as an answer showed it."""
        ...


@dataclass(frozen=True, slots=True)
class References:
    """Many references by the two ways they are looked up, each with its position in the question."""

    by_id: Sequence[tuple[int, MemberKey]]
    by_fingerprint: Sequence[tuple[int, bytes]]


class Registry(Protocol):
    """The members of all programs."""

    async def change(self, work: Callable[[Changes], Awaitable[T]]) -> T:
        """Runs `work` in one transaction: committed when it returns, rolled back when it raises. The database may
        give a transaction up; then `work` runs again from the start."""
        ...

    async def find(self, references: References) -> Mapping[int, Found]:
        """The members referred to, by position; references that lead nowhere are missing. One statement."""
        ...

    async def follow(self, members: Collection[MemberKey]) -> Mapping[MemberKey, Resolution]:
        """Roots and homes of members that took part in merges. One statement, one index probe a hop."""
        ...


@dataclass(frozen=True, slots=True)
class ProgramTold:
    """The rules service has a live revision of this program, with these locations and brands."""

    program_id: str
    places: Places = NOWHERE


@dataclass(frozen=True, slots=True)
class EverythingTold:
    """Every program that is live has been told; what follows is new."""


class ProgramFeed(Protocol):
    """The rules service's programs, as it tells of them."""

    def follow(self) -> AsyncIterator[ProgramTold | EverythingTold]:
        """Tells every program, then each new one, until the connection breaks: a Refusal, transient or not."""
        ...
