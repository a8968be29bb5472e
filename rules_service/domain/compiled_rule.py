"""A rule made ready for judging lines: everything that does not depend on the order is worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules_service.domain.earn_rule import AccrualKind, EarnRule
from rules_service.domain.formulas import Formula, formula_of
from rules_service.domain.program import Brand, PointRate
from rules_service.domain.ranking import RankedRule


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRule:
    """A rule of a revision with its formula and what its issuer's books say of a point, per currency."""

    rule: EarnRule
    ordinal: int
    version: str
    is_base: bool
    formula: Formula
    issuer_entity_id: str
    liability: Mapping[str, PointRate]


def compile_rule(ranked: RankedRule, brand: Brand) -> CompiledRule:
    """The rule, ready for judging lines of its brand."""
    return CompiledRule(
        rule=ranked.rule,
        ordinal=ranked.ordinal,
        version=ranked.version,
        is_base=ranked.rule.kind is AccrualKind.BASE,
        formula=formula_of(ranked.rule),
        issuer_entity_id=brand.entity_id,
        liability={rate.currency_code: rate for rate in brand.liability_values},
    )
