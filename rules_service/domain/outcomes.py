"""What became of each rule when a line was judged."""

from collections.abc import Iterable, Sequence

from rules_service.domain.claim import Claim
from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.evaluation import Outcome, RuleOutcome
from rules_service.domain.exact import exact_text
from rules_service.domain.order import OrderLine
from rules_service.domain.requirements import Requirement, requirements
from rules_service.domain.sale import Sale
from rules_service.domain.unmet import Part

MOST_A_LINE = 1_000
MOST_AN_ORDER = 10_000
"""Of rules that do not select a line so many outcomes are told; of an order of many lines, the same number of each."""


def outcome_of(claim: Claim) -> RuleOutcome:
    """Of a rule that selects the line."""
    if claim.preferred is not None:
        said = f"{exact_text(claim.due)} before rounding; {claim.preferred.rule.rule_id} is preferred in its group"
        return RuleOutcome(claim.rule, Outcome.OUTRANKED, claim.due, 0, "", claim.preferred, said)
    if claim.trimmed_by and not claim.points:
        return RuleOutcome(
            claim.rule, Outcome.TRIMMED, claim.due, 0, "", None, claim.explanation, trimmed_by=claim.trimmed_by
        )
    came_to = Outcome.PAID if claim.points else Outcome.NOTHING
    return RuleOutcome(claim.rule, came_to, claim.due, claim.points, "", None, claim.explanation)


class NotSelecting:
    """Tells of the rules of brands why they do not select lines of one order."""

    __slots__ = ("_asked", "_most", "_sale")

    def __init__(self, sale: Sale) -> None:
        self._sale = sale
        self._most = min(MOST_A_LINE, max(1, MOST_AN_ORDER // len(sale.order.lines)))
        self._asked: dict[int, tuple[Requirement, ...]] = {}

    def told(
        self, line: OrderLine, rules: Iterable[CompiledRule], selecting: Sequence[Claim]
    ) -> tuple[RuleOutcome, ...]:
        """The outcomes of the rules that select the line and, of the others of its brand, as many as are told, those of
        the lowest ordinals first; all by ordinal. `rules` are the brand's by ordinal."""
        found = {claim.rule.ordinal: outcome_of(claim) for claim in selecting}
        for rule in rules:
            if len(found) >= self._most:
                break
            if rule.ordinal not in found:
                found[rule.ordinal] = self._why(rule, line)
        return tuple(found[ordinal] for ordinal in sorted(found))

    def _why(self, rule: CompiledRule, line: OrderLine) -> RuleOutcome:
        """A rule of which all else fits has a condition that is not so."""
        asked = self._asked.get(rule.ordinal)
        if asked is None:
            asked = self._asked[rule.ordinal] = tuple(requirements(rule.rule, rule.told.currencies))
        part = next((one.part for one in asked if not one.met(line, self._sale)), Part.CONDITION)
        return RuleOutcome(rule, Outcome.NOT_SELECTED, None, 0, part.path, None, part.sentence)
