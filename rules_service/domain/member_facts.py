"""What rules may look at of a member, as of one sale, and what a decision rests on (docs/DOMAIN.md §3, facts)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class MonthDay(NamedTuple):
    """A day of every year; 29 February included."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """`tiers` by ladder (one that is missing: none); `purchases` are the orders that stand before this sale, in the
    program and by brand (one that is missing: none). What identity does not know is None or empty."""

    tiers: Mapping[str, str]
    purchases: int = 0
    brand_purchases: Mapping[str, int] | None = None
    member_since: datetime | None = None
    birthday: MonthDay | None = None
    segments: frozenset[str] = frozenset()


class PurchasesRead(NamedTuple):
    """A number of purchases that was read, of a brand (empty: in the program). The decision would be the same for every
    number from `least` to `most`, both included; None: however many."""

    brand_id: str
    orders: int
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class FactsRead:
    """The facts that a decision rests on and that the ledger has the last word on; `tiers` are (ladder, tier)."""

    tiers: tuple[tuple[str, str], ...] = ()
    purchases: tuple[PurchasesRead, ...] = ()


NOTHING_READ = FactsRead()
