"""Balances of existing programs: on which terms they come over, and what their lines come to (docs/adr/0061)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from chassis.values.canonical import Plain
from chassis.values.ids import made_id
from chassis.values.integers import MOST_AMOUNT
from chassis.values.rounding import Ratio, Rounding, round_half_up
from ledger_service.domain.accrual import Funder, PointRate

IMPORT_RULE = "import"
"""The rule id of points that were taken over."""


class ImportState(Enum):
    """How far an import has come."""

    STAGED = "staged"
    COMMITTING = "committing"
    COMMITTED = "committed"
    ABANDONED = "abandoned"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"


class LineKind(Enum):
    """What a line brings."""

    POINTS = "points"
    TIER = "tier"
    REFUSED = "refused"


class Fault(Enum):
    """Why a line is refused."""

    NONE = ""
    MALFORMED = "malformed"
    MEMBER_NOT_FOUND = "member_not_found"
    BRAND_NOT_FOUND = "brand_not_found"
    EXPIRED = "expired"
    LADDER_NOT_FOUND = "ladder_not_found"
    TIER_ENDED = "tier_ended"
    TOO_MANY_POINTS = "too_many_points"


@dataclass(frozen=True, slots=True)
class Terms:
    """How points of a brand come over; without `funders` its entity carries them."""

    brand: str
    ratio: Ratio
    rounding: Rounding
    currency: str
    funders: tuple[Funder, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """Which import, from where, on which terms."""

    program: str
    import_id: str
    source: str
    dry_run: bool
    brands: tuple[Terms, ...]

    def terms(self, brand: str) -> Terms | None:
        """The terms of a brand; without one those of the only brand."""
        if not brand and len(self.brands) == 1:
            return self.brands[0]
        return next((one for one in self.brands if one.brand == brand), None)


@dataclass(frozen=True, slots=True)
class PointsAsked:
    """Points of a line as it was sent. Whose they are is the old program's number: personal data, never kept."""

    external_id: str
    points: int
    earn_time: datetime
    expire_time: datetime | None
    available_time: datetime | None
    brand: str


@dataclass(frozen=True, slots=True)
class TierAsked:
    """A tier of a line as it was sent; `until` is its first day without it."""

    external_id: str
    ladder_id: str
    tier_id: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an upload; `asked` is None and `field` names the first fault if it is malformed."""

    number: int
    content: Plain
    asked: PointsAsked | TierAsked | None
    field: str = ""


@dataclass(frozen=True, slots=True)
class StagedLine:
    """A line as it was taken. `remainder` is what rounding left, in parts of a new point: old · numerator = new ·
    denominator + remainder."""

    number: int
    kind: LineKind
    fault: Fault = Fault.NONE
    field: str = ""
    home: str = ""
    brand: str = ""
    old_points: int = 0
    new_points: int = 0
    remainder: int = 0
    earn_time: datetime | None = None
    available_time: datetime | None = None
    expire_time: datetime | None = None
    ladder_id: str = ""
    tier_id: str = ""
    until: date | None = None
    accrual_id: str = ""
    refusal: str = ""
    withdrawn: int | None = None


class Cell(NamedTuple):
    """A brand and the month (UTC, `YYYY-MM`) in which points expire; empty: never."""

    brand: str
    expire_month: str


class Sum(NamedTuple):
    """What the lines of a cell come to."""

    lines: int
    old_points: int
    new_points: int
    remainder: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What an import comes to; every line is a tier, refused, or in one cell. `empty` lines are in their cells too."""

    lines: int = 0
    tiers: int = 0
    empty: int = 0
    refused: Mapping[Fault, int] = field(default_factory=dict)
    balances: Mapping[Cell, Sum] = field(default_factory=dict)

    def told(self) -> Mapping[str, int]:
        """By name, as a refusal tells them."""
        told = {"lines": self.lines, "tiers": self.tiers, "empty_lines": self.empty}
        told |= {f"refused_{fault.value}": lines for fault, lines in self.refused.items() if lines}
        for cell, found in self.balances.items():
            told |= {f"{cell.brand}/{cell.expire_month}/{name}": one for name, one in found._asdict().items()}
        return told


@dataclass(frozen=True, slots=True)
class BalanceImport:
    """An import as it stands; `born` is what the ledger's movements come to, once it is committed."""

    header: Header
    state: ImportState
    last_line: int
    done_line: int
    signed_by: str
    begin_time: datetime
    commit_time: datetime | None
    totals: Totals = Totals()
    born: Mapping[Cell, Sum] = field(default_factory=dict)

    @property
    def proven(self) -> bool:
        """True if everything that was to be born was, and nothing else."""
        return self.state is ImportState.COMMITTED and self.born == self.totals.balances


@dataclass(frozen=True, slots=True)
class Lot:
    """Points of a line with everything that is frozen on their accrual."""

    import_id: str
    line_number: int
    brand: str
    issuer: str
    funders: tuple[Funder, ...]
    liability: PointRate
    points: int
    earn_time: datetime
    available_time: datetime | None
    expire_time: datetime | None


def converted(points: int, terms: Terms) -> tuple[int, int] | None:
    """New points and the remainder of old ones; None if those are more than one line may bring."""
    numerator, denominator = points * terms.ratio.numerator, terms.ratio.denominator
    whole = round_half_up(numerator, denominator) if terms.rounding is Rounding.HALF_UP else numerator // denominator
    return None if whole > MOST_AMOUNT else (whole, numerator - whole * denominator)


def order_of_import(program: str, import_id: str) -> str:
    """The order that accruals of an import name."""
    return made_id("imp", program, import_id)


def old_points_back(line: StagedLine, terms: Terms) -> int:
    """What goes back of a line in old points: all that it brought if nothing was used, otherwise what the points would
    have been made of, rounded down."""
    withdrawn = line.withdrawn or 0
    if withdrawn == line.new_points:
        return line.old_points
    return min(line.old_points, withdrawn * terms.ratio.denominator // terms.ratio.numerator)


def expire_month(moment: datetime | None) -> str:
    """The month of an expiry in UTC."""
    return "" if moment is None else f"{moment:%Y-%m}"


def total(lines: Sequence[StagedLine]) -> Totals:
    """What lines come to."""
    refused: dict[Fault, int] = {}
    balances: dict[Cell, Sum] = {}
    for line in lines:
        if line.kind is LineKind.REFUSED:
            refused[line.fault] = refused.get(line.fault, 0) + 1
        elif line.kind is LineKind.POINTS:
            cell = Cell(line.brand, expire_month(line.expire_time))
            so_far = balances.get(cell, Sum(0, 0, 0, 0))
            more = (1, line.old_points, line.new_points, line.remainder)
            balances[cell] = Sum(*(one + other for one, other in zip(so_far, more, strict=True)))
    return Totals(
        lines=len(lines),
        tiers=sum(line.kind is LineKind.TIER for line in lines),
        empty=sum(line.kind is LineKind.POINTS and line.new_points == 0 for line in lines),
        refused=refused,
        balances=balances,
    )
