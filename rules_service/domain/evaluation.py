"""What an order earns, as values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from rules_service.domain.breakdown import Breakdown
from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.exact import Exact
from rules_service.domain.funding import Funders
from rules_service.domain.limit_terms import LimitTerms
from rules_service.domain.member_facts import NOTHING_READ, FactsRead
from rules_service.domain.program import Location, PointRate
from rules_service.domain.scope import ResolvedScope


class Outcome(Enum):
    """What can become of a rule: it pays; it selects the line, and what it pays comes to nothing when made whole;
    another rule of its group was preferred; something it asks for was not so; a limit of lines or orders left
    nothing."""

    PAID = "paid"
    NOTHING = "nothing"
    OUTRANKED = "outranked"
    NOT_SELECTED = "not_selected"
    TRIMMED = "trimmed"


class RuleOutcome(NamedTuple):
    """What became of a rule when a line was judged.

    `exact` is what it would pay before rounding, None if that was not worked out. `unmet` is the part that did not fit,
    by its name in program files; `preferred` the rule that was preferred; `trimmed_by` the limit that left nothing.
    """

    rule: CompiledRule
    outcome: Outcome
    exact: Exact | None
    points: int
    unmet: str
    preferred: CompiledRule | None
    explanation: str
    trimmed_by: str = ""


class Award(NamedTuple):
    """Points (above 0) one rule gives one line.

    `liability` is what a point stands for in the issuer's books. `available_time` None is at once, unless the rule
    waits for an event; `expire_time` None is never. The explanation's last number is `points`. `desired` is what they
    were before limits of lines and orders, of which `trimmed_by` took most (empty: none); `limits` are those that the
    ledger counts. `funders` are entities by id, the location's operator among them if the rule has it carry a share.
    """

    rule: CompiledRule
    points: int
    liability: PointRate
    available_time: datetime | None
    expire_time: datetime | None
    scope: ResolvedScope
    funders: Funders
    explanation: str
    breakdown: Breakdown
    desired: int
    trimmed_by: str
    limits: LimitTerms


class LineEvaluation(NamedTuple):
    """What one line earns, in accrual order, and why, also if it is nothing. `outcomes` are by ordinal."""

    line_number: int
    brand_id: str
    awards: tuple[Award, ...]
    explanation: str
    outcomes: tuple[RuleOutcome, ...]


@dataclass(frozen=True, slots=True)
class OrderEvaluation:
    """What an order earns by one revision, lines by number. `day` is local to the location; `read` are the facts of the
    member that it rests on."""

    revision: str
    location: Location
    lines: tuple[LineEvaluation, ...]
    day: date
    read: FactsRead = NOTHING_READ
