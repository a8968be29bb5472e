"""What one rule would pay one line, from its exact points to what becomes of it."""

from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.exact import NOTHING, Exact
from rules_service.domain.grounds import Grounds
from rules_service.domain.order import OrderLine
from rules_service.domain.tier_multipliers import TierFactor


class Claim(Grounds):
    """A rule that selects a line, while the order is judged.

    `preferred` is the rule of its group that was preferred; then nothing is paid. Else `points` are the whole points,
    0 is possible, and the explanation's last number is `points`. `trimmed_by` is the limit that took some of them, by
    id, and `desired` what they were before. `tier` multiplies the exact points (None: nothing does); `exact` is without
    it.
    """

    __slots__ = ("_desired", "explanation", "points", "preferred", "rule", "tier", "trimmed_by")

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
        self.trimmed_by = ""
        self._desired = 0
        self.tier: TierFactor | None = None

    @property
    def due(self) -> Exact:
        """The exact points that are made whole: with the tier's multiplier."""
        if self.tier is None:
            return self.exact
        factor = self.tier.factor
        return self.exact[0] * factor[0], self.exact[1] * factor[1]

    @property
    def desired(self) -> int:
        """Whole points before limits."""
        return self._desired if self.trimmed_by else self.points

    def trim(self, points: int, limit_id: str) -> None:
        """Leaves so many points, which are fewer."""
        self._desired, self.points, self.trimmed_by = self.points, points, limit_id
        self.explanation += f"; cap {limit_id} leaves {points}"
