"""What finding and deciding duplicates needs of the world."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

from identity_service.domain.caller import Caller
from identity_service.domain.duplicates import Duplicate, MergeRule, State
from identity_service.domain.members import MemberKey
from identity_service.domain.merging import LinkChange
from identity_service.domain.near import Comparable
from identity_service.use_cases.merge_ports import LinkChanges

T = TypeVar("T")


class Due(NamedTuple):
    """A member to look at."""

    due_id: int
    member: MemberKey


class Filed(NamedTuple):
    """A member filed under a near form."""

    form: int
    member: MemberKey


class DuplicateChanges(LinkChanges, Protocol):
    """One transaction over members and what they have in common. Rows are locked in one order: queue, pairs by id, then
    as in `LinkChanges`."""

    async def take_due(self, keyed: bool, most: int) -> Sequence[Due]:
        """Members to look at that nobody else looks at now, the oldest first."""
        ...

    async def mark_keyed(self, due: Collection[int]) -> None:
        """Their near forms are written."""
        ...

    async def drop_due(self, due: Collection[int]) -> None:
        """They were looked at."""
        ...

    async def comparables(self, members: Collection[MemberKey]) -> Mapping[MemberKey, Comparable]:
        """What is compared of those members who exist."""
        ...

    async def file(self, member: MemberKey, forms: Collection[int]) -> None:
        """Files a member under these near forms and no others."""
        ...

    async def filed(self, forms: Collection[int], most: int) -> Sequence[Filed]:
        """Who is filed under each form, at most so many a form."""
        ...

    async def naming_callers(self, member: MemberKey) -> Mapping[str, int]:
        """The members whose identifiers were named together with this one's, and by how many callers."""
        ...

    async def parted(self, program_id: str, member_id: str, others: Collection[str]) -> frozenset[str]:
        """Those of the others from whom an unmerge once took the member, or who were taken from it."""
        ...

    async def duplicates_of(self, member: MemberKey) -> Sequence[Duplicate]:
        """The pairs that a member is in, locked."""
        ...

    async def lock_duplicate(self, program_id: str, duplicate_id: str) -> Duplicate | None:
        """A pair, locked."""
        ...

    async def save_duplicate(self, duplicate: Duplicate) -> None:
        """Keeps a pair, new or changed."""
        ...

    async def change_if_any(self, key_hash: bytes) -> LinkChange | None:
        """The change of links that a request made, if it made one."""
        ...

    async def to_judge(self) -> Duplicate | None:
        """A proposed pair that the last rule of its program was not held against, locked; nobody else holds it."""
        ...

    async def rule(self, program_id: str, version: int) -> MergeRule | None:
        """A version of the program's merge rule; 0: the last."""
        ...

    async def append_rule(self, program_id: str, rule: MergeRule, caller: Caller, request_id: str) -> bool:
        """Adds a version; False if there is one of its number already."""
        ...


class Pending(NamedTuple):
    """What there is to do: members to look at, pairs to hold against a rule."""

    members: bool
    pairs: bool


class DuplicateRegistry(Protocol):
    """Pairs and members of all programs."""

    async def pending(self) -> Pending:
        """Without a transaction, so that a service with nothing to do does nothing."""
        ...

    async def change(self, work: Callable[[DuplicateChanges], Awaitable[T]]) -> T:
        """As `Registry.change`; what follows the feed of links is woken."""
        ...

    async def list(
        self, program_id: str, state: State, least_score: int, after: tuple[int, str] | None, most: int
    ) -> Sequence[Duplicate]:
        """Pairs of a program in a state, the highest score first and then by id, after a score and id."""
        ...

    async def list_of(
        self,
        program_id: str,
        members: Collection[str],
        state: State,
        least_score: int,
        after: tuple[int, str] | None,
        most: int,
    ) -> Sequence[Duplicate]:
        """The same of pairs that some members are in."""
        ...

    async def note_named(self, program_id: str, members: Sequence[str], caller: str, now: datetime, most: int) -> None:
        """A call named identifiers of these members, 2 to 16. Of one caller at most so many pairs a day are kept."""
        ...
