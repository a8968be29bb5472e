"""Why rules gave what they gave, kept as it was decided (docs/adr/0035).

What is kept is told by tuples: it lies in every event that earns, and a tuple is written without the names of its
parts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from chassis.values.rounding import Ratio, Rounding


class Counted(Enum):
    """What a rule counts."""

    PAID = "paid"
    PIECES = "pieces"
    MEASURE = "measure"
    BASE_POINTS = "base_points"
    SETS = "sets"
    NOTHING = "nothing"


class TierFactor(NamedTuple):
    """The tier of a member on a ladder, and by how much it multiplies base points."""

    ladder_id: str
    tier_id: str
    factor: Ratio


class Breakdown(NamedTuple):
    """How points came about: `amount` of what was counted, times `rate`, times the factor of `tier` if one multiplies
    it, is `exact`; made whole it is the points.

    `amount` is in minor units, pieces, whole units of measure, base points or sets, 0 if nothing is counted; `unit` the
    currency or the unit of measure, empty otherwise. `rate` and `exact` are None where rules did not tell them.
    `rounding` is None if not told; `by_order`: it is the sum over the order's lines that is made whole.
    """

    counted: Counted
    amount: Ratio
    unit: str
    rate: Ratio | None
    exact: Ratio | None
    rounding: Rounding | None
    by_order: bool
    tier: TierFactor | None = None


class Judgement(NamedTuple):
    """What one rule was decided to give one line of a sale: `points` of `rule_version`, and how they came about. A rule
    that does not pay any more has no version, no points and nothing to tell."""

    line_number: int
    rule_id: str
    rule_version: str
    points: int
    breakdown: Breakdown | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement, when and by which revision it was made, and what gave rise to it: the sale or its correction."""

    subject_id: str
    post_time: datetime
    revision: str
    judgement: Judgement


def judgement_on(judgements: Iterable[Judgement], line_number: int, rule_id: str) -> Judgement | None:
    """What was decided about one rule and line, if anything was."""
    return next((one for one in judgements if (one.line_number, one.rule_id) == (line_number, rule_id)), None)


class RuleFate(Enum):
    """What became of a rule when a line was judged."""

    PAID = "paid"
    NOTHING = "nothing"
    OUTRANKED = "outranked"
    NOT_SELECTED = "not_selected"
    TRIMMED = "trimmed"


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A rule and a line: what became of it. `exact` is what it would pay before rounding, None if that was not worked
    out; `unmet` the part of a rule that did not fit, `preferred` the rule that was preferred to it, `trimmed_by` the
    limit of lines or orders that left nothing."""

    rule_id: str
    rule_version: str
    rule_ordinal: int
    fate: RuleFate
    exact: Ratio | None
    points: int
    unmet: str
    preferred: str
    sentence: str
    trimmed_by: str = ""
