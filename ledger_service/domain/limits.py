"""Caps and budgets: what accruals may come to together (docs/DOMAIN.md §4). Rules name them, the ledger counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NamedTuple

from chassis.values.integers import checked
from chassis.values.rounding import Ratio, carrying_value

ALL_OF_IT = 10_000
"""The mark of a limit that is used up, in basis points."""


class LimitHolder(Enum):
    """What a limit counts together: one member, everybody, or everybody at one location."""

    MEMBER = "member"
    PROGRAM = "program"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class LimitTerm:
    """A limit that covers an award: `points` and `minor_units` (of the award's liability currency) may be used in the
    span that `window` names; None: no matter. `soft`: only told. `warn_at`: told once when so much is used, in basis
    points, rising."""

    limit_id: str
    holder: LimitHolder
    window: str
    points: int | None
    minor_units: int | None
    soft: bool = False
    warn_at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SetLimit:
    """A limit as the live revision sets it; its money is of `currency` (empty: it limits none)."""

    holder: LimitHolder
    most: "Most"
    currency: str


@dataclass(frozen=True, slots=True)
class CountedLimit:
    """A limit that an accrual counts against for as long as its points stand: its points and, if the limit was one of
    money in the currency of its liability when it was born (`counts_money`), what they stand for."""

    limit_id: str
    holder: LimitHolder
    window: str
    counts_money: bool


@dataclass(frozen=True, slots=True)
class LimitReached:
    """A mark of a limit that a command passed, in basis points; 10,000: all of it. Told once for each span."""

    limit_id: str
    window: str
    basis_points: int


class Use(NamedTuple):
    """Points, and minor units of what they stand for, that are counted against a limit. Sums are checked where they are
    kept: what a batch may need can be more than fits."""

    points: int = 0
    minor_units: int = 0

    def plus(self, more: "Use") -> "Use":
        """The sum of both."""
        return Use(self.points + more.points, self.minor_units + more.minor_units)

    def less(self, other: "Use") -> "Use":
        """The difference of both."""
        return Use(self.points - other.points, self.minor_units - other.minor_units)

    def checked(self) -> "Use":
        """Itself, if it fits the counters; else AMOUNT_OUT_OF_RANGE."""
        return Use(checked(self.points, "points of a limit"), checked(self.minor_units, "money of a limit"))


NO_USE = Use()


class MemberLimit(NamedTuple):
    """What the accruals of one home count against a limit of members in one span."""

    program: str
    home: str
    limit_id: str
    window: str


class BudgetKey(NamedTuple):
    """A limit that everybody shares, in one span."""

    program: str
    limit_id: str
    window: str


class Figures(NamedTuple):
    """Which of the two figures of a limit: points, money."""

    points: bool = False
    minor_units: bool = False

    def either(self, other: "Figures") -> "Figures":
        """Those of one or the other."""
        return Figures(self.points or other.points, self.minor_units or other.minor_units)

    def both(self, other: "Figures") -> "Figures":
        """Those of one and the other."""
        return Figures(self.points and other.points, self.minor_units and other.minor_units)


NO_FIGURES = Figures()
ALL_FIGURES = Figures(points=True, minor_units=True)


class Most(NamedTuple):
    """How much there may be, or is left; None: no matter."""

    points: int | None = None
    minor_units: int | None = None

    def less(self, use: Use) -> "Most":
        """What is left after a use; it may be below 0."""
        points = None if self.points is None else self.points - use.points
        return Most(points, None if self.minor_units is None else self.minor_units - use.minor_units)

    @property
    def figures(self) -> Figures:
        """Those that it states."""
        return Figures(*(most is not None for most in self))

    def only(self, figures: Figures) -> "Most":
        """Of its figures only some; the others are no matter."""
        return Most(*(most if stated else None for most, stated in zip(self, figures, strict=True)))

    def over(self, other: "Most") -> "Most":
        """Its figures, and another's where it states none."""
        return Most(*(theirs if mine is None else mine for mine, theirs in zip(self, other, strict=True)))

    def holds(self, use: Use) -> bool:
        """True if a use does not pass it."""
        return (self.points is None or use.points <= self.points) and (
            self.minor_units is None or use.minor_units <= self.minor_units
        )

    def reached(self, use: Use) -> Figures:
        """The figures of which a use leaves nothing."""
        return Figures(*(most is not None and most <= max(0, used) for most, used in zip(self, use, strict=True)))

    def basis_points(self, use: Use) -> int:
        """How much of it is used, in basis points, rounded down; where both are limited, the greater."""
        pairs = ((self.points, use.points), (self.minor_units, use.minor_units))
        parts = (ALL_OF_IT * max(0, used) // most if most else ALL_OF_IT for most, used in pairs if most is not None)
        return max(parts, default=0)


@dataclass(frozen=True, slots=True)
class BudgetShare:
    """What the lane of a batch may do with a budget: `left` is what it may still grant of it, `used` what all lanes use
    together. `told` is the highest mark that was told; None: marks are not judged in this batch. Of figures that are
    `exhausted` nothing is granted in this batch, whatever comes back meanwhile: that may be needed elsewhere."""

    most: Most
    left: Most
    used: Use = NO_USE
    told: int | None = None
    exhausted: Figures = NO_FIGURES

    def after(self, use: Use) -> "BudgetShare":
        """The share once so much more of it is used."""
        return replace(self, left=self.left.less(use), used=self.used.plus(use))

    def room(self, term: LimitTerm, use: Use) -> Most:
        """What may be granted to an award that it covers by a term, after a use that is not counted yet. Figures that
        the term does not state do not matter to the award."""
        return Most(0, 0).only(self.exhausted).over(self.left.less(use)).only(most_of(term).figures)


@dataclass(frozen=True, slots=True)
class LimitUsage:
    """How far a limit is used in one span; its money is of `currency`."""

    limit_id: str
    holder: LimitHolder
    window: str
    most: Most
    used: Use
    currency: str


@dataclass(frozen=True, slots=True)
class LimitChanges:
    """What a command counts: `uses` and `budget_uses` are differences, below 0 where it frees. `marks` and
    `budget_marks` are the highest marks that it tells, `reached` all of them."""

    uses: Mapping[MemberLimit, Use] = field(default_factory=dict)
    budget_uses: Mapping[BudgetKey, Use] = field(default_factory=dict)
    marks: Mapping[MemberLimit, int] = field(default_factory=dict)
    budget_marks: Mapping[BudgetKey, int] = field(default_factory=dict)
    reached: tuple[LimitReached, ...] = ()


NOTHING_COUNTED = LimitChanges()


NO_MOST = Most()


class Trimmed(NamedTuple):
    """What limits leave of points: how many, and the limit that left fewest (empty: all of them were left)."""

    points: int
    by: str


def most_of(term: LimitTerm) -> Most:
    """How much a limit allows."""
    return Most(term.points, term.minor_units)


def use_of(limit: CountedLimit | LimitTerm, points: int, rate: Ratio) -> Use:
    """What points of one accrual count against a limit; money only if it limits that, in the currency of the rate."""
    money = limit.counts_money if isinstance(limit, CountedLimit) else limit.minor_units is not None
    return Use(points, carrying_value(points, rate) if money else 0)


def trim(points: int, rate: Ratio, left: Iterable[tuple[str, Most]]) -> Trimmed:
    """The most of `points` that every limit of (id, what is left of it) leaves room for."""
    granted, by = points, ""
    for limit_id, most in left:
        room = _room(most, rate)
        if room is not None and room < granted:
            granted, by = max(0, room), limit_id
    return Trimmed(granted, by)


def _room(most: Most, rate: Ratio) -> int | None:
    """The most points that fit into what is left; None: any number. Money is what they stand for, rounded half up;
    where none is left not even points that stand for less than half a minor unit fit."""
    rooms = [] if most.points is None else [most.points]
    if most.minor_units is not None and most.minor_units <= 0:
        rooms.append(0)
    elif most.minor_units is not None and rate.numerator:
        # round half up(points · rate) <= m where points · rate < m + 1/2.
        rooms.append(((2 * most.minor_units + 1) * rate.denominator - 1) // (2 * rate.numerator))
    return min(rooms, default=None)


def marks_passed(term: LimitTerm, told: int, use: Use) -> tuple[int, ...]:
    """The marks of a limit that a use has reached and that were not told yet, rising."""
    reached = most_of(term).basis_points(use)
    return tuple(mark for mark in (*term.warn_at, ALL_OF_IT) if told < mark <= reached)
