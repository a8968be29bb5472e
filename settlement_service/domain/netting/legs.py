"""Lines of obligation summed to legs: what one entity owes another in one currency.

A leg is the unit of everything that follows: one invoice, one rounding. Disputed lines stay out of it; once the
dispute is over they are lines of a later netting.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chassis.values.integers import INT64_MAX, INT64_MIN, checked
from chassis.values.money import is_currency
from settlement_service.domain.netting.faults import Fault, FaultKind, NotNettable


@dataclass(frozen=True, slots=True)
class Line:
    """The smallest thing that can be disputed: one movement's obligation, or an invoice line that sums many.

    `minor_units` may be below zero, where a price is undone, or zero. `line_id` is unique within a netting.
    """

    line_id: str
    debtor: str
    creditor: str
    currency: str
    minor_units: int
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """What `debtor` owes `creditor` in one currency, 0 or more minor units, and the lines that make it up, by id.

    A line counts with its own sign if it names the same debtor, else with the other one (see `legs_of`).
    """

    debtor: str
    creditor: str
    currency: str
    minor_units: int
    line_ids: tuple[str, ...]


def legs_of(lines: Sequence[Line]) -> tuple[Leg, ...]:
    """Legs of all lines that are not disputed, by currency, debtor, creditor.

    Where more was undone than owed in one direction, the creditor owes it back: that sum is added to the leg the other
    way, so no leg is below zero and every line is in exactly one leg. A leg of lines that cancel out is kept at 0.
    Raises NotNettable for malformed lines (also disputed ones), AMOUNT_OUT_OF_RANGE for a leg beyond 64 bits.
    """
    if faults := list(_faults(lines)):
        raise NotNettable(faults)
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    ids: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for line in lines:
        if not line.disputed:
            direction = (line.currency, line.debtor, line.creditor)
            sums[direction] += line.minor_units
            ids[direction].append(line.line_id)
    owed: dict[tuple[str, str, str], int] = defaultdict(int)
    behind: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for (currency, debtor, creditor), amount in sums.items():
        direction = (currency, debtor, creditor) if amount >= 0 else (currency, creditor, debtor)
        owed[direction] += abs(amount)
        behind[direction] += ids[currency, debtor, creditor]
    return tuple(
        Leg(debtor, creditor, currency, checked(amount, f"what {debtor} owes {creditor} in {currency}"), line_ids)
        for (currency, debtor, creditor), amount in sorted(owed.items())
        for line_ids in (tuple(sorted(behind[currency, debtor, creditor])),)
    )


def disputed_ids(lines: Iterable[Line]) -> tuple[str, ...]:
    """Ids of the lines that stay out, sorted."""
    return tuple(sorted(line.line_id for line in lines if line.disputed))


def _faults(lines: Sequence[Line]) -> Iterator[Fault]:
    for line_id, times in Counter(line.line_id for line in lines).items():
        if times > 1:
            yield Fault(FaultKind.LINE_TWICE, line_id, f"given {times} times")
    for line in lines:
        if not (line.line_id and line.debtor and line.creditor):
            yield Fault(FaultKind.LINE_MALFORMED, line.line_id, "id, debtor and creditor must not be empty")
        if line.debtor == line.creditor:
            yield Fault(FaultKind.LINE_MALFORMED, line.line_id, f"{line.debtor} owes itself")
        if not INT64_MIN <= line.minor_units <= INT64_MAX:
            yield Fault(FaultKind.LINE_MALFORMED, line.line_id, "the amount does not fit a signed 64-bit integer")
        if not is_currency(line.currency):
            yield Fault(FaultKind.CURRENCY_UNKNOWN, line.line_id, f"{line.currency!r} is no currency of ISO 4217")
