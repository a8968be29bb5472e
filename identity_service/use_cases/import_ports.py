"""What imports of members need of the world."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

from identity_service.domain.caller import Caller
from identity_service.domain.import_judging import Owner, StagedIdentifier, StagedLine
from identity_service.domain.imports import Header, Import, ImportState, Judged, Line, Person, Totals, Verdict
from identity_service.domain.members import MemberKey

T = TypeVar("T")

Brought = tuple[StagedIdentifier, str, int]
"""An identifier, the member it points to from now on, and the line that brings it."""


class Halted(NamedTuple):
    """An import that is neither staged nor ended, and how far it is."""

    program_id: str
    import_id: str
    state: ImportState
    done_line: int


class JudgedLine(NamedTuple):
    """A line of the report."""

    number: int
    judged: Judged


@dataclass(frozen=True, slots=True)
class Settled:
    """A line whose person is made or joined: what it brings, and which of its identifiers point there now."""

    number: int
    verdict: Verdict
    member: MemberKey
    person: Person
    brought: tuple[StagedIdentifier, ...]


class ImportChanges(Protocol):
    """One transaction of an import. It sees what imports have made and not switched on."""

    async def begin(self, header: Header, caller: Caller, now: datetime) -> None:
        """Begins the import unless it was begun before."""
        ...

    async def lock(self, program_id: str, import_id: str) -> Import | None:
        """The import without its totals; whoever else works on it waits."""
        ...

    async def move(self, found: Import) -> bool:
        """Keeps how far it has come; False if another import of the program is under way."""
        ...

    async def totals(self, header: Header) -> Totals:
        """What its lines come to."""
        ...

    async def hashes(self, header: Header, numbers: Sequence[int]) -> Mapping[int, bytes]:
        """What lines were, where they are staged."""
        ...

    async def owners(self, header: Header, up_to: int, fingerprints: Collection[bytes]) -> dict[bytes, Owner]:
        """Whose identifiers are, with those of lines of this import up to one."""
        ...

    async def stage(
        self,
        header: Header,
        lines: Sequence[tuple[Line, bytes, StagedLine, Judged]],
        brought: Mapping[bytes, Brought],
    ) -> None:
        """Keeps judged lines with what they bring."""
        ...

    async def staged(self, header: Header, after: int, limit: int) -> Sequence[StagedLine]:
        """The next lines as they are judged."""
        ...

    async def claim(
        self, header: Header, identifiers: Mapping[bytes, tuple[StagedIdentifier, int]]
    ) -> Collection[bytes]:
        """Takes identifiers, each with its line, that point to nobody; returns those."""
        ...

    async def point(self, header: Header, brought: Collection[Brought], unclaim: Collection[bytes]) -> None:
        """Lets claimed identifiers point to their persons, and gives others back."""
        ...

    async def keep_judged(
        self, header: Header, after: int, judged: Mapping[int, Judged], brought: Collection[Brought]
    ) -> None:
        """Keeps what lines behind one come to, judged again, and adds the members they make."""
        ...

    async def settle(self, header: Header, after: int, limit: int, caller: Caller, name: str, now: datetime) -> int:
        """Makes the next lines' members like any other: values, profiles, consents, records. The last line done; the
        same as before if none is left."""
        ...

    async def release(self, header: Header, limit: int) -> bool:
        """Gives back some of what was claimed; False if nothing is left."""
        ...

    async def erase(self, header: Header, limit: int) -> bool:
        """Erases some of what was staged; False if nothing is left."""
        ...

    async def used_for(self, key_hash: bytes, intent: bytes, commit_of: Header | None) -> bytes:
        """What a request id was first used for: this intent, if it is new. `commit_of`: until that is given back."""
        ...

    async def forget_commits(self, header: Header) -> None:
        """Forgets the request ids that the import's commits were called under."""
        ...


class Imports(Protocol):
    """The imports of all programs."""

    async def change(self, work: Callable[[ImportChanges], Awaitable[T]]) -> T:
        """As `Registry.change`."""
        ...

    async def find(self, program_id: str, import_id: str) -> Import | None:
        """An import with its totals."""
        ...

    async def under_way(self) -> Sequence[Halted]:
        """Imports that somebody commits or abandons."""
        ...

    async def lines(
        self, program_id: str, import_id: str, verdicts: Collection[Verdict], after: int, limit: int
    ) -> Sequence[JudgedLine]:
        """The report by line; without verdicts whatever is not simply new."""
        ...
