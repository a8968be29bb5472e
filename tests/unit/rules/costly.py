"""Conditions whose cost is known: what they are asked is counted, and nothing is evaluated."""

from dataclasses import dataclass, field, replace

from rules_service.domain.compiled_program import CompiledProgram, compile_program
from rules_service.domain.condition import ConditionFault, LineView, OrderView
from rules_service.domain.program import Program
from tests.unit.rules.examples import SHOP, program


@dataclass(eq=False, slots=True)
class Costly:
    """Holds on every line; `asked` are the SKUs of the lines it was asked about, in order."""

    most_steps: int
    asked: list[str] = field(default_factory=list)

    def holds(self, order: OrderView, line: LineView) -> bool:
        """Always."""
        self.asked.append(line.sku)
        return True


@dataclass(slots=True)
class CostlyConditions:
    """A source is a number of steps, and what makes it differ from others: `100 a`. Keeps what it compiled."""

    compiled: dict[str, Costly] = field(default_factory=dict)

    def compile(self, source: str) -> Costly | ConditionFault:
        """The condition of that cost; a source without a number has a fault."""
        steps = source.split()[0]
        if not steps.isdigit():
            return ConditionFault(1, 1, "costs nothing")
        self.compiled[source] = Costly(int(steps))
        return self.compiled[source]


def asking(*rules: tuple[str, str, str]) -> Program:
    """SHOP with rules of a point a piece: (rule id, brand, condition)."""
    texts = (f"{rule_id}: {{brand: {brand}, per_unit: {{points: 1}}}}" for rule_id, brand, _ in rules)
    read = program(SHOP, f"earn_rules: {{{', '.join(texts)}}}")
    conditions = {rule_id: condition for rule_id, _, condition in rules}
    earn_rules = tuple(replace(rule, condition=conditions[rule.rule_id]) for rule in read.earn_rules)
    return replace(read, earn_rules=earn_rules)


def costing(asked: Program) -> CompiledProgram:
    """The program with conditions of known cost."""
    return compile_program("rev_costing", asked, CostlyConditions())
