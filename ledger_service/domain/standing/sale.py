"""What a sale counts for as it stands now: with its corrections, without what has come back.

Whatever happens to a sale, its day changes by the difference between what it counted for before and after
(`activity.changed`); so returns in any parts, corrections and cancellations need no rules of their own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from ledger_service.domain.accrual import Accrual, AccrualKind
from ledger_service.domain.correction import granted_of, returned_part
from ledger_service.domain.order import OrderDocument, OrderLine, ReturnedLine
from ledger_service.domain.standing.activity import BrandActivity, DayActivity


def activity_of(
    document: OrderDocument, day: date, accruals: Iterable[Accrual], returned: Iterable[ReturnedLine]
) -> DayActivity:
    """What a sale counts for on `day`, its local date. `accruals` are all it gave, `returned` all that came back of it.

    Spend is the earn base of the lines, points are what rules gave, whether they have been spent, have lapsed or are
    pending; adjustments, transfers and restores count for nothing. A sale is an order of a brand while one of the
    brand's lines with an amount has not come back whole.
    """
    back = {line.line_number: line for line in returned}
    spend: defaultdict[str, int] = defaultdict(int)
    standing: set[str] = set()
    for line in document.lines:
        if line.brand:
            spend[line.brand] += _stands(_earn_base(line), back.get(line.line_number))
            if _is_bought(line, back.get(line.line_number)):
                standing.add(line.brand)
    base, every = _points(accruals, back)
    brands = {
        brand: BrandActivity(
            {document.currency: spend[brand]} if spend[brand] else {},
            base[brand],
            every[brand],
            int(brand in standing),
        )
        for brand in sorted(spend.keys() | every.keys())
    }
    return DayActivity(
        day,
        {brand: one for brand, one in brands.items() if one != BrandActivity()},
        {tuple(sorted(standing)): 1} if len(standing) > 1 else {},
    )


def _points(accruals: Iterable[Accrual], back: dict[int, ReturnedLine]) -> tuple[Counter[str], Counter[str]]:
    base: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for accrual in accruals:
        granted = granted_of(accrual)
        # What lapsed before its goods came back was not reversed, and yet is not earned by a sale that stands.
        taken = max(granted - _stands(granted, back.get(accrual.line_number)), accrual.reversed + accrual.shift)
        points = max(0, granted - taken)
        every[accrual.brand] += points
        base[accrual.brand] += points if accrual.kind is AccrualKind.BASE else 0
    return base, every


def _stands(amount: int, line: ReturnedLine | None) -> int:
    """What is left of an amount of a line; all of it comes back with the last piece."""
    return amount - returned_part(amount, line)


def _earn_base(line: OrderLine) -> int:
    return max(0, line.net if line.paid is None else line.paid)


def _is_bought(line: OrderLine, back: ReturnedLine | None) -> bool:
    return not line.discount_line and line.net > 0 and (back is None or back.returned < back.sold)
