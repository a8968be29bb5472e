"""What pooling needs of the ledger's store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from ledger_service.domain.balance_import import StagedLine
from ledger_service.domain.pooling import Compared, Pooling, PoolingChange, PoolingState, ShadowCell, ShadowSum
from ledger_service.use_cases.office_names import Name


class Move(NamedTuple):
    """What is asked for, and by whom it is signed."""

    program: str
    source: str
    after: PoolingState
    signed_by: str
    reason: str
    caller: str
    request_id: str
    traceparent: str
    locations: tuple[str, ...] = ()


class ShadowReport(NamedTuple):
    """What a shadow came to."""

    pooling: Pooling
    totals: Mapping[ShadowCell, ShadowSum]
    differences: Sequence[Compared]


class Poolings(Protocol):
    """Existing programs on their way into others."""

    async def find(self, program: str, source: str) -> Pooling:
        """One with its changes; LOCAL if it was never named."""

    async def move(self, move: Move, now: datetime, name: Name | None) -> PoolingChange:
        """Moves one on and appends its event, under its lock: what the move rests on is read there. The name is kept
        with it; None: it was when the way back began. POOLING_STATE, IMPORT_NOT_COMMITTED, SHADOW_NOT_ACCEPTED,
        CROSS_SPEND_HAPPENED, REQUEST_ID_REUSED; UNAVAILABLE if a lane does not let go."""

    async def withdrawing(
        self, program: str, source: str, after: tuple[str, int], limit: int
    ) -> Sequence[tuple[str, StagedLine]]:
        """The next lines behind one of (import, number) that have not gone back, each with its import."""

    async def leaving(self) -> Sequence[tuple[str, str, int]]:
        """Existing programs that are leaving, by program and source, and how many lines are left."""

    async def withdrawn(self, program: str, lines: Sequence[tuple[str, int, int]]) -> None:
        """Keeps how many points went back of (import, line)."""

    async def imports_of(self, program: str, source: str) -> Sequence[str]:
        """The imports of its balances that were not abandoned."""

    async def keep_compared(
        self, program: str, source: str, shadow: int, up_to: int, compared: Sequence[Compared]
    ) -> bool:
        """Adds comparisons of items up to one; False if it is no shadow any more, or they were added before."""

    async def accept(self, program: str, source: str, item: int, signed_by: str, name: Name) -> Pooling:
        """Accepts a report, and keeps the name with it. POOLING_STATE, SHADOW_NOT_ACCEPTED, REQUEST_ID_REUSED."""

    async def report(self, program: str, source: str, differences: int) -> ShadowReport:
        """What the latest shadow came to."""
