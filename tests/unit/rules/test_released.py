"""A revision that is replaced is given back at once, not when the collector next looks at everything."""

import gc
import weakref

from rules_service.domain.compiled_program import compile_program
from tests.unit.rules.examples import CONDITIONS, with_rules

RULES = """
earn_rules:
  a: {brand: NORTH, per_unit: {points: 1}, when: {skus: [one, two]}, condition: "line.quantity > 7"}
  b: {brand: NORTH, per_unit: {points: 1}, when: {skus: one}}
"""


def test_the_rules_of_a_compiled_program_refer_to_each_other_in_no_circle() -> None:
    program = with_rules(RULES).program
    gc.collect()
    gc.disable()
    try:
        compiled = compile_program("rev_t", program, CONDITIONS)
        rules = [weakref.ref(rule.condition) for rule in compiled.rules_of["NORTH"].rules if rule.condition]
        assert rules
        del compiled
        assert [rule() for rule in rules] == [None] * len(rules)
    finally:
        gc.enable()
