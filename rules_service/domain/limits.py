"""Caps and budgets: what accruals of some rules may come to together (docs/DOMAIN.md §4).

Those of lines and orders are applied here, since they need no memory; the others are named on awards, and the ledger
counts them.
"""

from dataclasses import dataclass
from enum import Enum

from chassis.values.money import Money

WHOLE_LIMIT = 10_000
"""All of a limit, in basis points."""


class LimitHolder(Enum):
    """What a limit counts together."""

    LINE = "line"
    ORDER = "order"
    MEMBER = "member"
    PROGRAM = "program"
    LOCATION = "location"

    @property
    def is_counted(self) -> bool:
        """True if it is the ledger that counts it."""
        return self not in (LimitHolder.LINE, LimitHolder.ORDER)


class LimitWindow(Enum):
    """The calendar span, by the local day of the sale, after which a limit begins anew; weeks are those of ISO 8601."""

    EVER = "ever"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Limit:
    """It covers the rules of `offer_id`, or (empty) those of `rule_ids`, of any brand; at least one of `points` and
    `money` is set. Money is what the points stand for in their issuers' books, in its own currency alone. `soft`: only
    told. `warn_at` in basis points, rising, below WHOLE_LIMIT; of counted ones alone."""

    limit_id: str
    offer_id: str
    rule_ids: tuple[str, ...]
    holder: LimitHolder
    window: LimitWindow
    points: int | None
    money: Money | None
    soft: bool = False
    warn_at: tuple[int, ...] = ()

    @property
    def is_budget(self) -> bool:
        """True if it counts the sales of everybody together."""
        return self.holder in (LimitHolder.PROGRAM, LimitHolder.LOCATION)
