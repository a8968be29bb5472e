"""What must be true of conditions: they compile."""

from collections.abc import Iterator

from rules_service.domain.condition import Condition, ConditionFault, Conditions
from rules_service.domain.fault import Fault
from rules_service.domain.program import Program


def condition_faults(program: Program, conditions: Conditions) -> Iterator[Fault]:
    """Faults of all conditions, each with its column; a text that several rules share is compiled once."""
    seen: dict[str, Condition | ConditionFault] = {}
    for rule in program.earn_rules:
        if not rule.condition:
            continue
        if rule.condition not in seen:
            seen[rule.condition] = conditions.compile(rule.condition)
        found = seen[rule.condition]
        if isinstance(found, ConditionFault):
            yield Fault(("earn_rules", rule.rule_id, "condition"), f"{_place(rule.condition, found)}: {found.reason}")


def _place(source: str, fault: ConditionFault) -> str:
    column = f"column {fault.column}"
    return f"line {fault.line}, {column}" if "\n" in source else column
