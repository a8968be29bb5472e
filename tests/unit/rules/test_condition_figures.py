"""What the sums of conditions stand for, measured: the memory of a program, the time of a line and of an order.

`python -m tests.unit.rules.test_condition_figures` prints the figures of docs/reference/conditions.md.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, takewhile

import pytest

from rules_service.conditions.cel import CelConditions
from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.condition import (
    MOST_CHARACTERS_A_PROGRAM,
    MOST_STEPS_A_BRAND,
    MOST_STEPS_AN_ORDER,
    Condition,
    ConditionFault,
)
from rules_service.domain.evaluate import evaluate
from rules_service.domain.order import Order
from tests.unit.rules.examples import SHOP, compiled, line, order, program
from tests.unit.rules.sights import CONDITIONS, LARGEST_LINE, ready
from tests.unit.rules.test_condition_bounds import resident

MOST_MEGABYTES = 110
"""Of 200,000 characters; 90 were measured."""
MOST_LINE_SECONDS = 0.025
MOST_ORDER_SECONDS = 2.5
"""Of processor time: five times what was measured, for slower machines."""

TERMS = {
    "attributes known": "c in line.attributes",
    "starts": "c.startsWith(line.sku)",
    "comparisons": "c == line.sku",
    "divisions": "1 / (line.quantity - 3) == 1",
}
"""What was slowest for its steps, asked of every category."""
SMALL = "small ones"

MEMORY: dict[str, Callable[[int], str]] = {
    "loops in loops": lambda n: _filled(f"{n} == 1", "||[].all(c,[].all(d,d))"),
    "loops": lambda n: _filled(f"{n} == 1", "||[1].exists(c,c==1)"),
    "long lists": lambda n: _filled(f"{n} in [1", ",1", "]"),
    "attributes": lambda n: _filled(f"{n} == 1", "||''in line.attributes"),
    "wide characters": lambda n: _filled(f"line.sku == '{n}", "\U0001f600", "'"),
    "short ones": lambda n: f"{n}<1",
    "five terms": lambda n: (
        f'"shoes{n}" in line.categories && has(line.attributes.colour) && line.attributes.colour == "red" && '
        'order.channel == "store" && order.weekday >= 6'
    ),
}


def _filled(start: str, part: str, end: str = "", most: int = 2_000) -> str:
    return start + part * ((most - len(start) - len(end)) // len(part)) + end


def whole(shape: Callable[[int], str]) -> Iterator[str]:
    """Different sources of a shape, as many as a program may have."""
    characters = 0
    for number in count(100_000 if len(shape(0)) > 1_000 else 0):
        source = shape(number)
        characters += len(source)
        if characters > MOST_CHARACTERS_A_PROGRAM:
            return
        yield source


@pytest.mark.parametrize("name", MEMORY)
def test_all_conditions_of_a_program_take_less_than_110_mb(name: str) -> None:
    assert grown(name) < MOST_MEGABYTES


def grown(name: str) -> float:
    """By how many MB a process of its own grows for the most conditions of a shape."""
    code = f"from tests.unit.rules.test_condition_figures import grow; grow({name!r})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return float(run.stdout)


def grow(name: str) -> None:
    """Prints by how many MB this process grows."""
    conditions = CelConditions()
    sources = list(whole(MEMORY[name]))
    before = resident()
    kept = [conditions.compile(source) for source in sources]
    assert not any(isinstance(made, ConditionFault) for made in kept)
    print(resident() - before)


@pytest.mark.parametrize("name", [*TERMS, SMALL])
def test_a_line_and_an_order_take_as_long_as_is_said_at_most(name: str) -> None:
    line_seconds, order_seconds = seconds(name)
    assert line_seconds < MOST_LINE_SECONDS
    assert order_seconds < MOST_ORDER_SECONDS


def seconds(name: str) -> tuple[float, float]:
    """Processor time of a line and of an order against a brand whose conditions take nearly the most steps."""
    judging = _program(list(_most(_small if name == SMALL else _of_each(TERMS[name]))))
    lines = MOST_STEPS_AN_ORDER // judging.rules_of["NORTH"].most_steps
    sold = _largest(lines)
    begun = time.thread_time()
    evaluate(judging, sold)
    took = time.thread_time() - begun
    return took / lines, took


def _of_each(term: str) -> Callable[[int], str]:
    """As many terms as are accepted."""

    def shape(terms: int, number: int) -> str:
        return f"line.categories.exists(c, {'||'.join([term] * terms)}||c=='{number}')"

    most = max(takewhile(lambda terms: _accepted(shape(terms, 99)), count(1)))
    return lambda number: shape(most, 10 + number)


def _accepted(source: str) -> bool:
    return not isinstance(CONDITIONS.compile(source), ConditionFault)


def _small(number: int) -> str:
    return f"line.quantity > {number + 1}"


def _most(shape: Callable[[int], str]) -> Iterator[str]:
    """As many of a shape as a brand may have."""
    steps = 0
    for number in count():
        condition: Condition = ready(shape(number))
        steps += condition.most_steps
        if steps > MOST_STEPS_A_BRAND:
            return
        yield shape(number)


def _program(conditions: list[str]) -> CompiledProgram:
    """A rule of North for each; written in files they would be judged the same."""
    stored = program(SHOP, "earn_rules: {r: {brand: NORTH, per_unit: {points: 1}}}")
    rules = tuple(
        replace(stored.earn_rules[0], rule_id=f"r{number}", offer_id=f"r{number}", condition=condition)
        for number, condition in enumerate(conditions)
    )
    return compiled(replace(stored, earn_rules=rules))


def _largest(lines: int) -> Order:
    """Lines with as many categories and attributes as there can be."""
    return order(
        *(
            line(
                number + 1,
                "NORTH",
                100,
                sku=LARGEST_LINE.sku,
                categories=LARGEST_LINE.categories,
                attributes=dict(LARGEST_LINE.attributes),
            )
            for number in range(lines)
        )
    )


def main() -> None:
    """Prints the figures."""
    for name, shape in MEMORY.items():
        print(f"{name}: {len(list(whole(shape))):,} conditions, {grown(name):.0f} MB")
    for name in (*TERMS, SMALL):
        line_seconds, order_seconds = seconds(name)
        print(f"{name}: {line_seconds * 1e3:.1f} ms a line, {order_seconds:.2f} s an order")


if __name__ == "__main__":
    main()
