"""What money of one currency is in another, by local date."""

from dataclasses import dataclass
from datetime import date

from chassis.values.rounding import Ratio


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """`ratio` minor units of `to_currency` for one of `from_currency`, above 0, from `start` (None: always was) until
    `end`, excluded (None: until further notice)."""

    rate_id: str
    from_currency: str
    to_currency: str
    ratio: Ratio
    start: date | None = None
    end: date | None = None
