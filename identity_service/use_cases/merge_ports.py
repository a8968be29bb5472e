"""What merges, lineage and duplicates need of the world besides `ports`."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from identity_service.domain.caller import Caller
from identity_service.domain.members import MemberKey
from identity_service.domain.merging import Decision, LinkChange, Linked, Tree
from identity_service.use_cases.ports import Changes

T = TypeVar("T")


class LinkChanges(Changes, Protocol):
    """One transaction that changes links. Rows are locked in one order: request, members by key, the program's head."""

    async def owner(self, fingerprint: bytes) -> str | None:
        """The member that an identifier points to."""
        ...

    async def erased(self, members: Collection[MemberKey]) -> frozenset[str]:
        """Those of the members who were erased."""
        ...

    async def add_link(self, member: MemberKey, survivor: MemberKey, now: datetime) -> None:
        """Links a root under another; both are locked."""
        ...

    async def remove_link(self, member: MemberKey) -> str:
        """Removes the link of an absorbed member that is locked, as its root is; the member that it led to."""
        ...

    async def set_merge_seq(self, members: Collection[MemberKey], merge_seq: int) -> None:
        """The count of merges of members that are locked."""
        ...

    async def note_linked(self, members: Collection[MemberKey]) -> None:
        """These are, or were, homes of one wallet: what was thought of them as duplicates is looked at again."""
        ...

    async def append_change(
        self,
        program_id: str,
        linked: Linked,
        decision: Decision,
        caller: Caller,
        request: tuple[str, bytes],
        now: datetime,
    ) -> LinkChange:
        """The next change of the program, under the request's id and key hash. The last step of a transaction: other
        merges of the program wait from here to its end."""
        ...

    async def change_of(self, key_hash: bytes) -> LinkChange:
        """The change that a request made that was carried out."""
        ...


class LinkRegistry(Protocol):
    """The links of all programs."""

    async def change(self, work: Callable[[LinkChanges], Awaitable[T]]) -> T:
        """As `Registry.change`; what follows the feed is woken."""
        ...


class LinkFeed(Protocol):
    """The changes of links, program by program in commit order."""

    async def heads(self) -> Mapping[str, int]:
        """The last position of every program that has one. A position that was once told stays readable, with all
        before it."""
        ...

    async def read(self, program_id: str, after: int, up_to: int, most: int) -> Sequence[LinkChange]:
        """Changes after a position, in order, at most so many."""
        ...

    async def appended(self, timeout_seconds: float) -> None:
        """Returns when this process appended a change, or after the timeout."""
        ...


class Lineages(Protocol):
    """The past of links."""

    async def position_at(self, program_id: str, moment: datetime | None) -> int:
        """The last change at a moment; None: now. 0 if there was none."""
        ...

    async def tree(self, program_id: str, member_id: str, position: int) -> Tree:
        """The wallet of a member that exists, as it stood after a change."""
        ...

    async def history(self, program_id: str, members: Collection[str], before: int, most: int) -> Sequence[LinkChange]:
        """The changes before a position in which any of the members took part, newest first."""
        ...
