"""What must be true of rules in a stacking group: of one kind, and decided over what the group looks at."""

from collections.abc import Iterator, Mapping

from rules_service.domain.earn_rule import EarnRule, RoundingScope
from rules_service.domain.effects import Basis, decided_over_order
from rules_service.domain.fault import Fault, KnownIds, unknown
from rules_service.domain.program import Program
from rules_service.domain.stacking import StackingGroup


def group_faults(program: Program, known: KnownIds) -> Iterator[Fault]:
    """Faults of all rules as members of groups."""
    groups = {group.group_id: group for group in program.stacking_groups}
    first: dict[str, EarnRule] = {}
    for rule in program.earn_rules:
        if rule.stacking_group:
            yield from unknown(("earn_rules", rule.rule_id, "group"), "group", rule.stacking_group, known.groups)
            yield from _kind_faults(rule, first.setdefault(rule.stacking_group, rule))
            yield from _basis_faults(rule, groups)
        elif rule.priority:
            yield Fault(("earn_rules", rule.rule_id, "priority"), "counts in a group alone; name the `group`")


def _kind_faults(rule: EarnRule, first: EarnRule) -> Iterator[Fault]:
    if rule.kind is not first.kind:
        reason = f"rules of a group are of one kind: this is {rule.kind.value}, {first.rule_id} is {first.kind.value}"
        yield Fault(("earn_rules", rule.rule_id, "group"), reason)


def _basis_faults(rule: EarnRule, groups: Mapping[str, StackingGroup]) -> Iterator[Fault]:
    group = groups.get(rule.stacking_group)
    over_order = decided_over_order(rule.effect) or rule.rounding_scope is RoundingScope.ORDER
    if group is not None and group.basis is Basis.LINE and over_order:
        reason = f"group {group.group_id} decides line by line, this rule over the order; give the group `per: order`"
        yield Fault(("earn_rules", rule.rule_id, "group"), reason)
