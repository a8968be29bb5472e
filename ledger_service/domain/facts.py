"""What rules may look at of a member, and what a decision rests on (docs/DOMAIN.md §3, facts)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class MonthDay(NamedTuple):
    """A day of every year; 29 February included."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What identity tells of a member; None and nothing: not known."""

    member_since: datetime | None = None
    birthday: MonthDay | None = None
    segments: tuple[str, ...] = ()


NO_PROFILE = Profile()


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger tells of a member as of one sale: the tier on each ladder (one that is missing: none), and how
    many orders stand before it, in the program and by brand."""

    tiers: Mapping[str, str]
    purchases: int
    brand_purchases: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What rules are told of a member."""

    profile: Profile
    history: History


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """What is kept with a sale to judge it again: all but birthday and enrolment, which identity is asked for again
    (docs/adr/0040)."""

    history: History
    segments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TierRead:
    """A tier that a decision rests on; empty: none."""

    ladder_id: str
    tier: str


@dataclass(frozen=True, slots=True)
class PurchasesRead:
    """A number of purchases that a decision rests on (`brand` empty: in the program), as it was told: it would be the
    same for every number from `least` to `most`, both included; None: however many."""

    brand: str
    orders: int
    least: int
    most: int | None

    def holds(self, orders: int) -> bool:
        """True if the decision would be the same for this number."""
        return self.least <= orders and (self.most is None or orders <= self.most)


@dataclass(frozen=True, slots=True)
class FactsRead:
    """The facts that a decision rests on and that the ledger has the last word on."""

    tiers: tuple[TierRead, ...] = ()
    purchases: tuple[PurchasesRead, ...] = ()


NOTHING_READ = FactsRead()
