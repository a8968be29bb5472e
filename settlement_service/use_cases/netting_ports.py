"""What netting and paying need of the world."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from settlement_service.domain.command import Command
from settlement_service.domain.netting.open_lines import OpenLine
from settlement_service.domain.netting.payment_states import PaymentRecord, PaymentState, Step
from settlement_service.domain.netting.proposal import Proposal
from settlement_service.domain.netting.records import Closing, DisputeRecord, InvoiceRecord, NettingRecord
from settlement_service.domain.voucher import BookedVoucher, Voucher


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What a command made, and whether it did so before."""

    outcome_id: str
    replayed: bool


class Desk(Protocol):
    """One command's transaction in a program. Nobody else's command runs in between, so what is read here holds until
    the end."""

    async def closed_sequence(self, period: str) -> int | None:
        """The number of a closed period."""
        ...

    async def last_closed(self) -> int:
        """The number of the last closed period; 0: none."""
        ...

    async def lines(self, up_to: int) -> tuple[OpenLine, ...]:
        """Lines of closed periods up to a number, and withdrawn payments, that were not netted; also those of zero."""
        ...

    async def netted_by(self, line_ids: Sequence[str]) -> Mapping[str, str]:
        """The nettings that these lines are part of, where they are."""
        ...

    async def obligation_of(self, home: str, movement: int, line: OpenLine) -> int:
        """What one movement added to a line; 0 if it did not."""
        ...

    async def last_netting(self, sequence: int) -> str | None:
        """The last netting of a period or a later one."""
        ...

    async def next_numbers(self, series: str, count: int) -> Sequence[int]:
        """The next `count` numbers of a series, without gaps."""
        ...

    async def book(self, voucher: Voucher) -> BookedVoucher:
        """Books a voucher into the open period."""
        ...

    async def add_netting(self, netting: NettingRecord, proposal: Proposal) -> None:
        """Keeps a netting with its lines."""
        ...

    async def add_payments(self, payments: Sequence[PaymentRecord]) -> None:
        """Keeps payments of one netting with their first steps."""
        ...

    async def add_step(self, payments: Sequence[PaymentRecord], step: Step) -> None:
        """Brings payments to a state."""
        ...

    async def add_invoices(self, netting: NettingRecord, invoices: Sequence[InvoiceRecord]) -> None:
        """Keeps invoices."""
        ...

    async def netting(self, netting_id: str) -> NettingRecord:
        """A netting. Refuses NETTING_NOT_FOUND."""
        ...

    async def payments_of(self, netting_id: str) -> list[PaymentRecord]:
        """All payments of a netting, by number."""
        ...

    async def payments(self, payment_ids: Collection[str]) -> list[PaymentRecord]:
        """Payments by number. Refuses PAYMENT_NOT_FOUND."""
        ...

    async def open_dispute(self, line_id: str) -> str | None:
        """The open dispute of a line."""
        ...

    async def add_dispute(self, dispute: DisputeRecord) -> None:
        """Opens a dispute."""
        ...

    async def dispute(self, dispute_id: str) -> DisputeRecord:
        """A dispute. Refuses DISPUTE_NOT_FOUND."""
        ...

    async def end_dispute(self, dispute_id: str, closing: Closing) -> None:
        """Closes a dispute."""
        ...


class Desks(Protocol):
    """Where commands are carried out, one after the other in a program."""

    async def carry_out(self, command: Command, work: Callable[[Desk], Awaitable[str]]) -> CarriedOut:
        """Does `work`, which says what it made, in one transaction, unless the command was carried out before.
        Refuses REQUEST_ID_REUSED. `work` may run again if the database gave it up."""
        ...


class Nettings(Protocol):
    """Reading nettings, payments, invoices and disputes. Lists hold at most `limit`, after a given one."""

    async def lines(self, program: str, period: str) -> tuple[OpenLine, ...]:
        """Lines up to a period that were not netted. Refuses PERIOD_NOT_CLOSED."""
        ...

    async def netting(self, program: str, netting_id: str) -> NettingRecord:
        """A netting. Refuses NETTING_NOT_FOUND."""
        ...

    async def nettings(self, program: str, below: str, limit: int) -> list[NettingRecord]:
        """The latest first."""
        ...

    async def payments(
        self, program: str, netting_id: str, state: PaymentState | None, after: str, limit: int
    ) -> list[PaymentRecord]:
        """Payments by number."""
        ...

    async def payments_by_id(self, program: str, payment_ids: Collection[str]) -> list[PaymentRecord]:
        """Payments by number. Refuses PAYMENT_NOT_FOUND."""
        ...

    async def invoice(self, program: str, number: str) -> str:
        """An invoice's document. Refuses INVOICE_NOT_FOUND."""
        ...

    async def invoices(
        self, program: str, netting_id: str, entity: str, after: str, limit: int
    ) -> list[tuple[str, str]]:
        """Numbers and documents of invoices, by number."""
        ...

    async def dispute(self, program: str, dispute_id: str) -> DisputeRecord:
        """A dispute. Refuses DISPUTE_NOT_FOUND."""
        ...

    async def disputes(self, program: str, open_only: bool, below: str, limit: int) -> list[DisputeRecord]:
        """The latest first."""
        ...
