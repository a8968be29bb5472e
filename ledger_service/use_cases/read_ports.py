"""What reads outside any lane need of the store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.movement import Movement, MovementKind
from ledger_service.domain.order import OrderDocument, PostedOrder, ReturnedLine
from ledger_service.domain.wallet import WalletView


@dataclass(frozen=True, slots=True)
class OrderView:
    """A posted sale with its accruals and what has come back."""

    order: PostedOrder
    accruals: tuple[Accrual, ...]
    returned: tuple[ReturnedLine, ...]


@dataclass(frozen=True, slots=True)
class MovementView:
    """A movement with its accrual as it left it."""

    movement: Movement
    accrual: Accrual


@dataclass(frozen=True, slots=True)
class MovementFilter:
    """Which movements are asked for; what is empty or None filters nothing. Committed from `start` and before `end`."""

    kinds: tuple[MovementKind, ...] = ()
    brands: tuple[str, ...] = ()
    accrual_id: str = ""
    cause_id: str = ""
    start: datetime | None = None
    end: datetime | None = None


EVERY_MOVEMENT = MovementFilter()


def every_sale(_document: OrderDocument) -> bool:
    """Sees every sale."""
    return True


class AccrualHome(NamedTuple):
    """Under which home an accrual lies, and whose points it is of."""

    home: str
    brand: str


class StoredOrders(Protocol):
    """Posted sales."""

    async def order(
        self, program: str, home: str, order_id: str, sees: Callable[[OrderDocument], bool] = every_sale
    ) -> OrderView | None:
        """A posted sale, if it is to be seen; one that is not costs as much as none."""


class Reader(StoredOrders, Protocol):
    """Reads outside any lane."""

    async def wallet(
        self, wallet: MemberKey, homes: Sequence[str], now: datetime, replay_clock: bool, soon_days: int = 0
    ) -> WalletView:
        """The wallet at `now`, whether or not a sweep has run; at its last command if that is later, or if the
        program's clock is the replay of its orders. What lapses within `soon_days`, and next, is told if they are
        above 0."""

    async def accrual_homes(self, program: str, homes: Sequence[str], ids: Sequence[str]) -> Mapping[str, AccrualHome]:
        """Under which of some homes accruals lie, by id; those that lie elsewhere are left out."""

    async def movements(
        self, home: MemberKey, after: int, limit: int, wanted: MovementFilter = EVERY_MOVEMENT
    ) -> Sequence[MovementView]:
        """Movements of a home after a sequence, oldest first, as far as they are wanted."""
