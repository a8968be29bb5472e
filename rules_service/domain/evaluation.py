"""What an order earns, as values."""

from dataclasses import dataclass
from datetime import datetime

from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.program import Location, PointRate
from rules_service.domain.scope import ResolvedScope


@dataclass(frozen=True, slots=True)
class Award:
    """Points (above 0) one rule gives one line.

    `liability` is what a point stands for in the issuer's books. `available_time` None is at once, unless the rule
    waits for an event; `expire_time` None is never. The explanation's last number is `points`.
    """

    rule: CompiledRule
    points: int
    liability: PointRate
    available_time: datetime | None
    expire_time: datetime | None
    scope: ResolvedScope
    explanation: str


@dataclass(frozen=True, slots=True)
class LineEvaluation:
    """What one line earns, in accrual order, and why, also if it is nothing."""

    line_number: int
    brand_id: str
    awards: tuple[Award, ...]
    explanation: str


@dataclass(frozen=True, slots=True)
class OrderEvaluation:
    """What an order earns by one revision, lines by number."""

    revision: str
    location: Location
    lines: tuple[LineEvaluation, ...]
