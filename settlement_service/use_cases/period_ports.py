"""What the use cases of periods and vouchers need of the world."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from settlement_service.domain.breakage.history import Estimates
from settlement_service.domain.checklist import Item, OpenFact, Situation
from settlement_service.domain.command import Command
from settlement_service.domain.cut_off import CutOff
from settlement_service.domain.periods import Cut, Period
from settlement_service.domain.voucher import BookedVoucher, Voucher, VoucherKind

Bounds = tuple[datetime, datetime]
"""First moment of a month, and first moment after it."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What closing does: the voucher to book first, if any, how the price of `brands`' points is divided and what is
    expected of them, and the sign-off."""

    voucher: Voucher | None
    brands: Sequence[str]
    estimates: Estimates
    checklist: tuple[Item, ...]
    signed_name: str
    caller: str
    note: str
    close_time: datetime


@dataclass(frozen=True, slots=True)
class KeptVoucher:
    """A voucher as it is booked."""

    voucher: Voucher
    booked: BookedVoucher


class LedgerPeriods(Protocol):
    """The ledger's part in a close."""

    async def cut(self, program: str, period: str) -> Cut:
        """Ends the month in the ledger's log, once. Refuses PERIOD_OUT_OF_ORDER and PERIOD_NOT_OVER."""
        ...

    async def open_facts(self, program: str) -> list[OpenFact]:
        """What is open in the ledger now."""
        ...


class PeriodNames(Protocol):
    """Periods by number and name."""

    async def find(self, program: str, name: str) -> int:
        """The number of a period that has been cut. Refuses PERIOD_NOT_FOUND."""
        ...

    async def open(self, program: str) -> int:
        """The number of the open period."""
        ...

    async def find_or_open(self, program: str, name: str) -> int:
        """The number of a period that has been cut; `name` empty: of the open one. Refuses PERIOD_NOT_FOUND."""
        ...


class Periods(Protocol):
    """Periods in the books."""

    async def all(self, program: str) -> list[Period]:
        """Those that were cut and the open one, by number."""
        ...

    async def named(self, program: str, name: str) -> Period | None:
        """The one of that name, None if it was not cut, or no barrier is booked yet."""
        ...

    async def situation(self, program: str, period: Period, month: Bounds) -> Situation:
        """How it stands, without what is open in the ledger."""
        ...

    async def close(self, command: Command, name: str, month: Bounds, sign: Callable[[Situation], Signing]) -> bool:
        """Signs it off in one transaction, during which nothing is booked in the program; `sign` decides on what it
        finds, or refuses. False if it is closed already. Refuses PERIOD_NOT_FOUND, REQUEST_ID_REUSED."""
        ...

    async def cut_off(self, program: str, period: Period, month: Bounds, after: tuple[int, int], limit: int) -> CutOff:
        """Events of the period that happened in another month, behind a place in the log."""
        ...


class Vouchers(Protocol):
    """Vouchers in the books."""

    async def book(self, command: Command, voucher: Voucher) -> str:
        """Books it once; the id of what the command made, now or before. Refuses REQUEST_ID_REUSED,
        VOUCHER_NOT_BALANCED, PERIOD_CLOSED."""
        ...

    async def find(self, program: str, voucher_id: str) -> KeptVoucher | None:
        """One with its entries."""
        ...

    async def page(
        self, program: str, after: str, period_sequence: int, kind: VoucherKind | None, limit: int
    ) -> Sequence[KeptVoucher]:
        """Those numbered above `after`, without entries; period 0 and kind None: any."""
        ...

    async def has_history(self, program: str, entity: str) -> bool:
        """True if the entity has ever had a posting."""
        ...
