"""What must be true of a program's earn rules."""

from collections.abc import Iterator

from rules_service.domain.check_effects import effect_faults
from rules_service.domain.check_groups import group_faults
from rules_service.domain.check_selector import selection_faults
from rules_service.domain.check_terms import terms_faults
from rules_service.domain.earn_rule import OPERATOR, WHOLE, AccrualKind, EarnRule
from rules_service.domain.effects import EFFECT_NAMES, BaseMultiplier
from rules_service.domain.fault import Fault, KnownIds, Path, unknown
from rules_service.domain.program import ExpiryMode, Program


def rule_faults(program: Program, known: KnownIds) -> Iterator[Fault]:
    """Faults of all earn rules, and of what they expect of each other."""
    yield from _reserved_faults(program)
    with_base = {rule.brand_id for rule in program.earn_rules if rule.kind is AccrualKind.BASE}
    for rule in program.earn_rules:
        path: Path = ("earn_rules", rule.rule_id)
        yield from _references(path, rule, known)
        yield from effect_faults((*path, EFFECT_NAMES[type(rule.effect)]), rule.effect, known)
        yield from _funder_faults((*path, "funders"), rule)
        yield from selection_faults(path, rule, program.ladders, known)
        yield from terms_faults(path, rule, program.locations, known)
        if isinstance(rule.effect, BaseMultiplier) and rule.brand_id not in with_base:
            yield Fault((*path, "multiplier"), f"brand {rule.brand_id} has no base rule to multiply")
    yield from group_faults(program, known)
    if program.expiry_mode is ExpiryMode.UNIFORM:
        yield from _uniform_expiry_faults(program)


def _reserved_faults(program: Program) -> Iterator[Fault]:
    if any(entity.entity_id == OPERATOR for entity in program.entities):
        reason = "among funders this is whoever runs the location of the sale; give the entity another id"
        yield Fault(("entities", OPERATOR), reason)


def _references(path: Path, rule: EarnRule, known: KnownIds) -> Iterator[Fault]:
    yield from unknown((*path, "brand"), "brand", rule.brand_id, known.brands)
    for funder in rule.funders:
        yield from unknown((*path, "funders", funder.entity_id), "entity", funder.entity_id, known.entities)


def _funder_faults(path: Path, rule: EarnRule) -> Iterator[Fault]:
    total = rule.operator_share + sum(funder.share_basis_points for funder in rule.funders)
    if (rule.funders or rule.operator_share) and total != WHOLE:
        yield Fault(path, f"shares must sum to 100%, not {total // 100}.{total % 100:02d}%")


def _uniform_expiry_faults(program: Program) -> Iterator[Fault]:
    first = program.earn_rules[0] if program.earn_rules else None
    for rule in program.earn_rules:
        if first is not None and rule.expiry != first.expiry:
            reason = f"points expire otherwise than by {first.rule_id}; `expiry_mode: brand_tiered` would allow it"
            yield Fault(("earn_rules", rule.rule_id, "expiry"), reason)
