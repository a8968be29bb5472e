"""What the use cases about people's decisions need to be kept and found."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.commands import RequestKey
from ledger_service.domain.correction import (
    Correction,
    CorrectionOrderState,
    CorrectionProgress,
    CorrectionScope,
    OrderDifference,
)
from ledger_service.domain.transfer import Transfer
from ledger_service.use_cases.read_ports import OrderView


class ProposedKey(NamedTuple):
    """Where a page of proposed adjustments ends."""

    post_time: datetime
    adjustment_id: str


class Adjustments(Protocol):
    """Adjustments that were proposed or applied."""

    async def find(self, program: str, home: str, adjustment_id: str) -> Adjustment | None:
        """An adjustment of a home."""

    async def proposed(
        self, program: str, brands: Sequence[str] | None, after: ProposedKey | None, limit: int
    ) -> Sequence[Adjustment]:
        """Adjustments of brands (None: of all) that wait for a second person, oldest first."""

    async def accrual_home(self, program: str, homes: Sequence[str], accrual_id: str) -> str | None:
        """Which of a wallet's homes an accrual lies under; None: under none of them."""


class Transfers(Protocol):
    """Points between members."""

    async def find(self, program: str, root: str, transfer_id: str) -> Transfer | None:
        """A transfer that a root's wallet sent."""

    async def on_their_way(self, older_seconds: float, limit: int) -> Sequence[Transfer]:
        """Transfers that left at least so many seconds ago and have not arrived, oldest first."""


class OrderPlace(NamedTuple):
    """Where a page of sales ends."""

    occur_time: datetime
    order_id: str


class PlannedOrder(NamedTuple):
    """A sale that a plan would change."""

    order_id: str
    home: str


class Corrections(Protocol):
    """Sales by time and place, and the plans made for them."""

    async def orders(
        self, program: str, scope: CorrectionScope, homes: Sequence[str] | None, after: OrderPlace | None, limit: int
    ) -> Sequence[OrderView]:
        """Credited sales of a scope in order of time, of these homes (None: anybody's); the scope's brands and
        members are not looked at here."""

    async def claim(self, program: str, request: RequestKey, correction_id: str) -> bool:
        """Notes that a request is about a correction; False if it was used for another intent before."""

    async def keep(self, correction: Correction, orders: Sequence[OrderDifference]) -> None:
        """Keeps a plan, unless it is kept already."""

    async def find(self, program: str, correction_id: str) -> CorrectionProgress | None:
        """A plan and how far it has come."""

    async def approve(self, correction: Correction) -> None:
        """Keeps that a plan was approved; nothing happens to one that is not proposed any more."""

    async def planned(self, program: str, correction_id: str, limit: int) -> Sequence[PlannedOrder]:
        """The next sales that the plan changes and nothing was done about yet."""

    async def settle(
        self, program: str, correction_id: str, settled: Sequence[tuple[str, CorrectionOrderState]]
    ) -> None:
        """Keeps what became of sales of a plan."""

    async def finish(self, correction: Correction) -> None:
        """Keeps that nothing is left to do."""
