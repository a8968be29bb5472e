"""How the books stand at a moment, and where a span begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from settlement_service.domain.as_of import At, Day, Now, PeriodEnd
from settlement_service.domain.figures import Balance, BrandPoints


@dataclass(frozen=True, slots=True)
class Standing:
    """Every balance and every brand's points at one moment."""

    balances: Sequence[Balance] = ()
    brands: Sequence[BrandPoints] = ()


class Beginning(Enum):
    """Where a span that ends at a moment begins."""

    PERIOD = "PERIOD"
    FIRST_MOVEMENT = "FIRST_MOVEMENT"


def opening_of(end: At, beginning: Beginning, open_sequence: int) -> At | None:
    """The moment after which a span counts; None: it counts from the first movement. As of a period it is that
    period's; as of a day that month's, by UTC days; now, the open period's."""
    if beginning is Beginning.FIRST_MOVEMENT:
        return None
    if isinstance(end, Day):
        return Day(end.date.replace(day=1) - timedelta(days=1))
    sequence = open_sequence if isinstance(end, Now) else end.sequence
    return PeriodEnd(sequence - 1, "") if sequence > 1 else None
