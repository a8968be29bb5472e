"""What was paid for the lines of a sale that earned points: the price that falls on the points (docs/adr/0046)."""

from collections.abc import Iterable
from dataclasses import dataclass

from chassis.values.money import Money
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.order import OrderDocument, OrderLine


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line that earned points and what was paid for it; of a correction, by how much that changed."""

    line_number: int
    brand: str
    paid: Money


def sold_lines(document: OrderDocument, earned: Iterable[Accrual]) -> tuple[SoldLine, ...]:
    """The lines of a sale that gave an accrual, by line."""
    numbers = {accrual.line_number for accrual in earned}
    return _told(document, {line.line_number: _paid(line) for line in document.lines if line.line_number in numbers})


def corrected_lines(
    before: OrderDocument, after: OrderDocument, known: Iterable[Accrual], earned: Iterable[Accrual]
) -> tuple[SoldLine, ...]:
    """By how much the price of lines that had earned before (`known`) has changed, by line; of those that earn only
    now, all of it."""
    told = {accrual.line_number for accrual in known}
    new = {accrual.line_number for accrual in earned} - told
    prices = {line.line_number: _paid(line) for line in before.lines if line.line_number in told}
    changes = {
        line.line_number: _paid(line) - prices.get(line.line_number, 0)
        for line in after.lines
        if line.line_number in told | new
    }
    return _told(after, {number: change for number, change in changes.items() if change or number in new})


def _told(document: OrderDocument, amounts: dict[int, int]) -> tuple[SoldLine, ...]:
    return tuple(
        SoldLine(line.line_number, line.brand, Money(document.currency, amounts[line.line_number]))
        for line in sorted(document.lines, key=lambda line: line.line_number)
        if line.line_number in amounts
    )


def _paid(line: OrderLine) -> int:
    return line.net if line.paid is None else line.paid
