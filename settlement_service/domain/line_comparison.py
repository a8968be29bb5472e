"""Ledger against books, movement by movement: which figures a movement makes differ, and by what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from settlement_service.domain.booked_lines import BookedLine, Owed
from settlement_service.domain.reconciliation import (
    Difference,
    carrying_figure,
    claim_figure,
    closing_figure,
    obligation_figure,
    points_figure,
    receivable_figure,
    reserve_figure,
)
from settlement_service.domain.reconciliation_run import MOST_LINES, FoundDifference, Line, LineFault, found


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One movement as the ledger's export has it. `debts` are its obligations as (debtor, creditor, currency, minor
    units); `liability` and `receivable` what it does to the funders' books."""

    home: str
    sequence: int
    kind: str
    points: int
    outstanding_after: int
    accrual_id: str
    brand: str
    order_id: str
    line_number: int
    policy: str
    reserve: str
    debts: tuple[tuple[str, str, str, int], ...]
    liability: Owed
    receivable: Owed

    @property
    def owed(self) -> Owed:
        """What each debtor owes for it."""
        owed: Owed = defaultdict(int)
        for debtor, _, currency, amount in self.debts:
            owed[debtor, currency] += amount
        return {key: amount for key, amount in owed.items() if amount != 0}


@dataclass(slots=True)
class Drilled:
    """Lines by the figures that they make differ."""

    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))

    def add(self, figures: Iterable[str], line: Line) -> None:
        """Remembers a line behind each of the figures."""
        for figure in figures:
            if len(self.lines[figure]) <= MOST_LINES:
                self.lines[figure].append(line)

    def of(self, difference: Difference) -> FoundDifference:
        """The difference with the lines behind it."""
        lines = self.lines.get(difference.figure, [])
        return found(difference.figure, difference.ledger, difference.books, lines)


def compare(drilled: Drilled, ledger: LedgerLine | None, books: BookedLine | None) -> None:
    """Adds what differs between the two sides of one movement; at least one of them is there."""
    for what, figures, expected, booked in _quantities(ledger, books):
        if expected == booked:
            continue
        fault = LineFault.DIFFERS
        if ledger is None or books is None:
            fault = LineFault.MISSING_THERE if ledger is None else LineFault.MISSING_HERE
        drilled.add(figures, _line(fault, what, expected, booked, ledger or books))


def departing(books: BookedLine, difference: Difference) -> Line:
    """The line of a movement with which the ledger's sums first depart from the books."""
    return _line(LineFault.SUMS_DEPART, difference.figure, difference.ledger, difference.books, books)


def _line(fault: LineFault, what: str, expected: int, booked: int, of: LedgerLine | BookedLine | None) -> Line:
    assert of is not None, "one side is there"
    return Line(fault, what, expected, booked, of.home, of.sequence, of.accrual_id, of.order_id, of.line_number)


def _quantities(ledger: LedgerLine | None, books: BookedLine | None) -> Iterator[tuple[str, tuple[str, ...], int, int]]:
    """(what, the figures it is part of, what the ledger says, what the books say)."""
    missing = ledger is None or books is None
    for brand, kind in dict.fromkeys((side.brand, side.kind) for side in (ledger, books) if side is not None):
        standing = (closing_figure(brand), receivable_figure(brand))
        ours, theirs = _points(books, brand, kind), _points(ledger, brand, kind)
        yield "points", (points_figure(brand, kind), *(standing if missing else ())), theirs, ours
        if not missing:
            yield "outstanding", standing, _outstanding(ledger, brand), _outstanding(books, brand)
    their_owed, our_owed = (ledger.owed if ledger else {}), (books.owed if books else {})
    for entity, currency in sorted(their_owed.keys() | our_owed.keys()):
        key = (entity, currency)
        figures = _figures_of_debt(entity, currency, ledger, books)
        yield f"owed.{entity}.{currency}", figures, their_owed.get(key, 0), our_owed.get(key, 0)
    yield from _carried(ledger, books)
    if ledger is None and books is not None and books.kind == "REPAID":
        yield from _claimed(books)


def _claimed(books: BookedLine) -> Iterator[tuple[str, tuple[str, ...], int, int]]:
    """What creditors of a repayment claim: the debts stand on the payer's movement, the claims on this one."""
    for posting in books.postings:
        if posting.account == "due_from":
            figure = claim_figure(posting.counterparty, posting.entity, posting.currency)
            yield f"due.{posting.entity}.{posting.currency}", (figure,), 0, posting.amount


def _carried(ledger: LedgerLine | None, books: BookedLine | None) -> Iterator[tuple[str, tuple[str, ...], int, int]]:
    theirs: Mapping[str, Owed] = {
        "liability": ledger.liability if ledger else {},
        "receivable": ledger.receivable if ledger else {},
    }
    ours = dict(zip(("liability", "receivable"), books.carried, strict=True)) if books else {}
    reserve = (ledger.reserve if ledger else "") or (books.reserve if books else "")
    for part in ("liability", "receivable"):
        known, booked = theirs[part], ours.get(part, {})
        for entity, currency in sorted(known.keys() | booked.keys()):
            figures = [carrying_figure(entity, currency, part)]
            if reserve and part == "liability":
                figures += [
                    obligation_figure(entity, reserve, currency),
                    claim_figure(entity, reserve, currency),
                    reserve_figure(reserve, entity, currency),
                ]
            key = (entity, currency)
            yield f"{part}.{entity}.{currency}", tuple(figures), known.get(key, 0), booked.get(key, 0)


def _points(side: LedgerLine | BookedLine | None, brand: str, kind: str) -> int:
    return side.points if side is not None and (side.brand, side.kind) == (brand, kind) else 0


def _outstanding(side: LedgerLine | BookedLine | None, brand: str) -> int:
    return side.outstanding_after if side is not None and side.brand == brand else 0


def _figures_of_debt(
    debtor: str, currency: str, ledger: LedgerLine | None, books: BookedLine | None
) -> tuple[str, ...]:
    """Every figure that the debt may be in: between the two, or by way of a reserve."""
    creditors = {creditor for who, creditor, _, _ in (ledger.debts if ledger else ()) if who == debtor}
    for posting in books.postings if books else ():
        if posting.account == "due_to" and posting.entity == debtor:
            creditors.add(posting.counterparty)
    pairs = [(debtor, creditor) for creditor in sorted(creditors)]
    reserve = (ledger.reserve if ledger else "") or (books.reserve if books else "")
    if reserve:
        pairs += [(debtor, reserve), *((reserve, creditor) for creditor in sorted(creditors - {reserve}))]
    names = [
        figure(one, other, currency)
        for one, other in dict.fromkeys(pairs)
        for figure in (obligation_figure, claim_figure)
    ]
    return tuple(names)
