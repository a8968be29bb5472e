"""What the use cases about spending need of the world besides `ports`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.hold import Hold
from ledger_service.domain.redemption import Redemption


class SpendReader(Protocol):
    """Reads outside any lane, about points to be spent and points spent."""

    async def hold(self, wallet: MemberKey, homes: Sequence[str], hold_id: str) -> Hold | None:
        """A hold of a wallet, as it was left by the last command."""

    async def redemption(self, wallet: MemberKey, homes: Sequence[str], redemption_id: str) -> Redemption | None:
        """A redemption of a wallet."""

    async def restricted(self, wallet: MemberKey, homes: Sequence[str], as_of: datetime) -> Mapping[str, int]:
        """Spendable points by scope, without those that can be spent anywhere."""

    async def spendable(
        self, wallet: MemberKey, homes: Sequence[str], points: int, as_of: datetime
    ) -> Sequence[Accrual]:
        """Spendable accruals of each home in the default burn order, at least as many as hold the points; of a very
        long wallet, its first."""
