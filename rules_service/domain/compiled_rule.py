"""A rule made ready for judging lines: everything that does not depend on the order is worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules_service.domain.categories import CategoryTree
from rules_service.domain.condition import Condition
from rules_service.domain.earn_rule import AccrualKind, EarnRule, RoundingScope
from rules_service.domain.effects import Basis, Bundle, FixedPoints, ThresholdSteps
from rules_service.domain.formulas import Formula, Told, line_formula
from rules_service.domain.limit_terms import NO_LIMITS, RuleLimits
from rules_service.domain.order_formulas import OrderFormula, order_formula
from rules_service.domain.program import Brand, PointRate
from rules_service.domain.ranking import RankedRule
from rules_service.domain.stacking import StackingGroup
from rules_service.domain.wording import wording_of


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRule:
    """A rule of a revision with its effect ready and what its issuer's books say of a point, per currency.

    Exactly one of `per_line` and `per_order` is set, and is `told`. `whole_over_order`: its points are made whole for
    the order and then split. `group` is set if rules are chosen between in it. `limits` cover what it pays.
    """

    rule: EarnRule
    ordinal: int
    version: str
    is_base: bool
    told: Told
    per_line: Formula | None
    per_order: OrderFormula | None
    whole_over_order: bool
    condition: Condition | None
    group: StackingGroup | None
    issuer_entity_id: str
    liability: Mapping[str, PointRate]
    limits: RuleLimits


@dataclass(frozen=True, slots=True)
class RuleParts:
    """What a rule needs of the program around it. `condition` and `group` None: it has none."""

    brand: Brand
    liability: Mapping[str, PointRate]
    tree: CategoryTree
    condition: Condition | None
    group: StackingGroup | None
    limits: RuleLimits = NO_LIMITS


def compile_rule(ranked: RankedRule, parts: RuleParts) -> CompiledRule:
    """The rule, ready for judging lines of its brand."""
    rule, effect, wording = ranked.rule, ranked.rule.effect, wording_of(ranked.rule)
    per_line: Formula | None = None
    per_order: OrderFormula | None = None
    if isinstance(effect, Bundle) or (isinstance(effect, FixedPoints | ThresholdSteps) and effect.basis is Basis.ORDER):
        per_order = order_formula(effect, wording, parts.tree)
    else:
        per_line = line_formula(effect, wording)
    told = per_line or per_order
    assert told is not None
    return CompiledRule(
        rule=rule,
        ordinal=ranked.ordinal,
        version=ranked.version,
        is_base=rule.kind is AccrualKind.BASE,
        told=told,
        per_line=per_line,
        per_order=per_order,
        whole_over_order=per_order is not None or rule.rounding_scope is RoundingScope.ORDER,
        condition=parts.condition,
        group=parts.group,
        issuer_entity_id=parts.brand.entity_id,
        liability=parts.liability,
        limits=parts.limits,
    )
