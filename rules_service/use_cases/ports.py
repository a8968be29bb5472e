"""What the use cases need of the world."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rules_service.domain.program import Program
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.revision import Revision


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Now, in UTC."""


class ProgramReader(Protocol):
    """Reads a program from its files."""

    def __call__(self, program_id: str, files: Sequence[ProgramFile], /) -> Program:
        """The program, or PROGRAM_INVALID with every fault."""


@dataclass(frozen=True, slots=True)
class KeptChange:
    """What became of an earlier change: from which sequence (0: none) to which, and for which intent."""

    intent_hash: bytes
    base_sequence: int
    sequence: int


class RequestKeeper(Protocol):
    """Changes that were carried out, by caller and request id, for ever."""

    async def kept(self, program_id: str, caller: str, request_id: str) -> KeptChange | None:
        """The change made under the id; None if there was none."""


class ChangeBook(RequestKeeper, Protocol):
    """A program while it is being changed: nobody else changes it meanwhile. Open for as short as can be."""

    async def head(self, program_id: str) -> int:
        """The sequence that is live; 0 for a program that does not exist yet."""

    async def publish(self, revision: Revision, text: str) -> None:
        """Make a revision live, whose content is `text`, and tell every instance when this is committed."""

    async def keep_files(self, program_id: str, sequence: int, files: Sequence[ProgramFile]) -> None:
        """Keep the files a sequence was made from."""

    async def keep(self, program_id: str, caller: str, request_id: str, change: KeptChange) -> None:
        """Keep what became of a request."""


class RevisionLog(RequestKeeper, Protocol):
    """Every revision that ever was live."""

    async def heads(self) -> Mapping[str, int]:
        """The live sequence of every program."""

    async def at(self, program_id: str, sequence: int) -> Revision | None:
        """The revision a sequence made live."""

    async def live(self, program_id: str) -> Revision | None:
        """What is live."""

    async def named(self, program_id: str, revision: str) -> Revision | None:
        """A revision by its hash, at the last sequence that made it live."""

    async def live_at(self, program_id: str, record_time: datetime) -> str | None:
        """The revision that was live at a time: of the latest publication whose record time is not later."""

    async def files(self, program_id: str, sequence: int) -> tuple[ProgramFile, ...]:
        """The files a sequence was made from, by path."""

    def changing(self, program_id: str) -> AbstractAsyncContextManager[ChangeBook]:
        """The program for the time of one change; committed at the end of the block, undone if it raises."""
