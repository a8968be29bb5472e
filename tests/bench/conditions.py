"""What a rule's condition in CEL costs, against the same said by selectors.

One line is judged by a hundred rules that all select it: bare, by five selectors each, or by a condition of five terms.
What goes beyond the bare rules, by their number, is what the selectors or the condition of one rule cost. Every rule
says something else: a condition that rules share would be asked once.
"""

from dataclasses import dataclass

from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.evaluate import evaluate
from rules_service.domain.order import Order
from tests.bench.figures import fine, ratio, spread, table
from tests.bench.laps import drive
from tests.bench.plan import Plan
from tests.bench.rounds import Case, Measured
from tests.unit.rules.examples import line, order, with_rules

RULES = 100
BARE, SELECTORS, CONDITION = "bare", "selectors", "condition"

_SELECTORS = """\
    when: {categories: shoes, attributes: {colour: red}, channels: store, weekdays: [sat, sun], except: {skus: OUT-%d}}
"""
_CONDITION = """\
    condition: >-
      "shoes" in line.categories && has(line.attributes.colour) && line.attributes.colour == "red" &&
      order.channel == "store" && order.weekday >= 6 && line.sku != "OUT-%d"
"""
_ADDED = {BARE: "", SELECTORS: _SELECTORS, CONDITION: _CONDITION}


def case_name(said_by: str) -> str:
    """Its name among the measured."""
    return f"rules, {said_by}"


@dataclass(frozen=True, slots=True)
class _Judge:
    """A program and an order that it judges."""

    program: CompiledProgram
    sold: Order

    async def once(self) -> None:
        """One order."""
        evaluate(self.program, self.sold)

    def case(self, name: str, most_calls: int) -> Case:
        """One order after the other."""
        return Case(name, lambda seconds: drive(self.once, 1, seconds, most_calls))


def condition_cases(plan: Plan) -> list[Case]:
    """A case for each way of saying it."""
    sold = order(line(1, "NORTH", 9_000, categories=["shoes"], attributes={"colour": "red"}), channel="store")
    cases = []
    for said_by in _ADDED:
        rules = "".join(_rule(number, said_by) for number in range(RULES))
        program = with_rules(f"earn_rules:\n{rules}")
        (judged,) = evaluate(program, sold).lines
        assert len(judged.awards) == RULES
        cases.append(_Judge(program, sold).case(case_name(said_by), plan.most_calls))
    return cases


def _rule(number: int, said_by: str) -> str:
    asks = _ADDED[said_by].replace("%d", str(number))
    return f"  rule-{number}:\n    brand: NORTH\n    fixed: {{points: 1, per: line}}\n{asks}"


def microseconds(measured: Measured, said_by: str) -> list[float]:
    """What one rule's selectors or condition cost, in each round."""
    bare, said = ([lap.p50 for lap in measured[case_name(name)]] for name in (BARE, said_by))
    return [1e3 * (with_it - without) / RULES for with_it, without in zip(said, bare, strict=True)]


def conditions_table(measured: Measured) -> str:
    """The costs, and how many times those of selectors a condition's are."""
    selectors, condition = (microseconds(measured, said_by) for said_by in (SELECTORS, CONDITION))
    rows = (
        ("by five selectors", fine(spread(selectors))),
        ("by a condition of five terms", fine(spread(condition))),
        ("second by first", fine(ratio(condition, selectors))),
    )
    return table(("a rule that selects the line", "µs"), rows)
