"""What of a sale is left to pay while its tenders are laid on its lines, one after another (docs/adr/0033)."""

from collections import Counter
from collections.abc import Sequence

from chassis.values.money import Money
from chassis.values.splits import largest_remainder
from ledger_service.domain import refusals
from ledger_service.domain.commands import Tender
from ledger_service.domain.order import OrderDocument
from ledger_service.domain.redemption import Redemption

LinePoints = tuple[int, int]
"""A line's number, and points that pay it."""


class Bill:
    """A sale and what earlier tenders have left of it, in minor units of its currency.

    `_due` is what is left of the whole: discount lines are taken off it. `_left` is what is left of each line that
    costs anything, by number.
    """

    def __init__(self, document: OrderDocument) -> None:
        self._document = document
        self._due = max(0, sum(line.net for line in document.lines))
        payable = sorted((line for line in document.lines if line.net > 0), key=lambda line: line.line_number)
        self._left = {line.line_number: line.net for line in payable}

    def check(self, tender_id: str, value: Money) -> None:
        """Refuses what is worth another currency (its minor units cannot be compared), or more than is left to pay."""
        document = self._document
        if value.currency_code != document.currency:
            why = f"it is worth {value.currency_code}, the order is in {document.currency}"
            raise refusals.tender_not_attachable(tender_id, why)
        if value.minor_units > self._due:
            raise refusals.tender_worth_too_much(tender_id, value, self._due)

    def split(self, tender_id: str, tender: Tender, brand: str, points: int, value: Money) -> Sequence[LinePoints]:
        """How points split over lines that cost what they are worth: as told, else by what is left to pay over the
        lines of the redeeming brand, or over all if it sold none; by largest remainder, ties to the lowest number."""
        told = self._told(tender_id, tender, points) if tender.lines else ()
        numbers = [number for number, _ in told] or self._lines_of(brand)
        left = [self._left[number] for number in numbers]
        if value.minor_units > sum(left):
            raise refusals.tender_worth_too_much(tender_id, value, sum(left), of_lines=True)
        parts = told or zip(numbers, largest_remainder(points, left), strict=True)
        return [(number, part) for number, part in parts if part]

    def lay(self, tender_id: str, redemption: Redemption) -> None:
        """Takes what a tender pays off the sale and its lines. A line takes no point too many: without its last one,
        which cannot be cut, it would not be worth more than was left of the line."""
        points, values = Counter[int](), Counter[int]()
        for piece in redemption.pieces:
            points[piece.line_number] += piece.points
            values[piece.line_number] += piece.value
        for number, value in values.items():
            left = self._left[number]
            if value * (points[number] - 1) // points[number] > left:
                money = Money(self._document.currency, value)
                raise refusals.tender_worth_too_much(tender_id, money, left, line_number=number)
            self._left[number] = max(0, left - value)
        self._due -= redemption.value.minor_units

    def _lines_of(self, brand: str) -> list[int]:
        """The lines of a brand that cost anything, or all of them if it sold none."""
        sold = {line.line_number for line in self._document.lines if line.brand == brand}
        return [number for number in self._left if number in sold] or list(self._left)

    def _told(self, tender_id: str, tender: Tender, points: int) -> Sequence[LinePoints]:
        lines = sorted((line.line_number, line.points) for line in tender.lines)
        for number, _ in lines:
            if self._document.line(number) is None:
                raise refusals.tender_not_attachable(tender_id, f"the order has no line {number}")
            if number not in self._left:
                raise refusals.tender_not_attachable(tender_id, f"line {number} has nothing to pay")
        told = sum(part for _, part in lines)
        if told != points:
            raise refusals.tender_not_attachable(tender_id, f"its lines take {told} points, not {points}")
        return lines
