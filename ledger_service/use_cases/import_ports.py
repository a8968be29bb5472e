"""What imports of balances need of the world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from ledger_service.domain.balance_import import BalanceImport, Header, ImportState, StagedLine
from ledger_service.use_cases.office_names import Name


class Staged(NamedTuple):
    """What came of a portion of a stream: how many lines were staged before. `conflict`: a line that is another now."""

    repeated: int
    conflict: int = 0
    state: ImportState = ImportState.STAGED


class Done(NamedTuple):
    """What was born of a line, or why nothing was."""

    line_number: int
    accrual_id: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class HashedLine:
    """A line as it is taken, with the keyed hash of what was sent."""

    line: StagedLine
    content_hash: bytes


class BalanceImports(Protocol):
    """The imports of balances of all programs."""

    async def begin(self, header: Header, now: datetime) -> Header:
        """Begins an import, or gives the header it was begun with."""

    async def find(self, program: str, import_id: str) -> BalanceImport | None:
        """An import with what its lines come to and what was born of them."""

    async def known(self, program: str, import_id: str, numbers: Sequence[int]) -> Mapping[int, bytes]:
        """What lines were, where they are staged."""

    async def stage(self, header: Header, lines: Sequence[HashedLine]) -> Staged:
        """Stages those that are not staged yet; nothing of them if one was staged as another, or it is too late."""

    async def move(
        self,
        found: BalanceImport,
        state: ImportState,
        name: Name | None = None,
        signed_by: str = "",
        commit_time: datetime | None = None,
    ) -> bool:
        """Moves it on as it was found, and keeps the name with it; False if somebody else did, or a commit would
        take more than was found. REQUEST_ID_REUSED."""

    async def next_lines(self, header: Header, after: int, limit: int) -> Sequence[StagedLine]:
        """The next lines that something is made of."""

    async def done(self, header: Header, state: ImportState, up_to: int, done: Sequence[Done]) -> None:
        """Keeps what came of lines."""

    async def report(self, program: str, import_id: str, after: int, limit: int) -> Sequence[StagedLine]:
        """The next lines that are refused, empty or not born."""

    async def under_way(self) -> Sequence[tuple[str, str, int]]:
        """Imports that are being committed, by program and id, and the last line done."""

    async def withdrawn(self, program: str, import_id: str, after: int, limit: int) -> Sequence[StagedLine]:
        """The next lines whose points went back."""
