"""What one rule would pay one line, from its exact points to what becomes of it."""

from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.exact import NOTHING, Exact
from rules_service.domain.grounds import Grounds
from rules_service.domain.order import OrderLine


class Claim(Grounds):
    """A rule that selects a line, while the order is judged.

    `preferred` is the rule of its group that was preferred; then nothing is paid. Else `points` are the whole points,
    0 is possible, and the explanation's last number is `points`.
    """

    __slots__ = ("explanation", "points", "preferred", "rule")

    def __init__(self, rule: CompiledRule, line: OrderLine, base: Exact, share: Exact | None) -> None:
        self.line = line
        self.base = base
        self.share = share
        self.exact = NOTHING
        self.spread = None
        self.rule = rule
        self.preferred: CompiledRule | None = None
        self.points = 0
        self.explanation = ""
