"""What must be true of conditions: they compile, and all together they take bounded memory and time."""

from collections import defaultdict
from collections.abc import Iterator

from rules_service.domain.condition import (
    MOST_CHARACTERS_A_PROGRAM,
    MOST_STEPS_A_BRAND,
    Condition,
    ConditionFault,
    Conditions,
)
from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.fault import Fault
from rules_service.domain.program import Program

TOO_LONG = (
    f"the different conditions of a program have at most {MOST_CHARACTERS_A_PROGRAM:,} characters together; "
    "selectors are not counted"
)


def condition_faults(program: Program, conditions: Conditions) -> Iterator[Fault]:
    """Faults of all conditions, each with its column, and of their sums, each at the first rule that is too much.

    A text that several rules share is compiled, and counted, once; none is compiled beyond the most characters.
    """
    seen: dict[str, Condition | ConditionFault] = {}
    characters = 0
    of_brand: dict[str, _BrandSum] = defaultdict(_BrandSum)
    for rule in program.earn_rules:
        source = rule.condition
        if not source:
            continue
        if source not in seen:
            characters += len(source)
            if characters > MOST_CHARACTERS_A_PROGRAM:
                yield Fault(("earn_rules", rule.rule_id, "condition"), TOO_LONG)
                return
            seen[source] = conditions.compile(source)
        found = seen[source]
        if isinstance(found, ConditionFault):
            yield Fault(("earn_rules", rule.rule_id, "condition"), f"{_place(source, found)}: {found.reason}")
        else:
            yield from of_brand[rule.brand_id].faults(rule, found)


class _BrandSum:
    """The steps of the different conditions of a brand."""

    __slots__ = ("_counted", "_steps")

    def __init__(self) -> None:
        self._counted: set[Condition] = set()
        self._steps = 0

    def faults(self, rule: EarnRule, condition: Condition) -> Iterator[Fault]:
        """A fault if the condition of this rule is the first that is too much."""
        if condition in self._counted:
            return
        before = self._steps
        self._counted.add(condition)
        self._steps += condition.most_steps
        if before <= MOST_STEPS_A_BRAND < self._steps:
            reason = (
                f"with this one the conditions of brand {rule.brand_id} may take {self._steps:,} steps on one line; "
                f"all different ones of a brand take at most {MOST_STEPS_A_BRAND:,}"
            )
            yield Fault(("earn_rules", rule.rule_id, "condition"), reason)


def _place(source: str, fault: ConditionFault) -> str:
    column = f"column {fault.column}"
    return f"line {fault.line}, {column}" if "\n" in source else column
