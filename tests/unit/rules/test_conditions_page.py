"""docs/reference/conditions.md is so: every example is evaluated, every name and function is there."""

import re
from pathlib import Path

import pytest

from rules_service.conditions.offered import FUNCTIONS, MOST_STEPS, VARIABLES
from rules_service.domain.condition import (
    MOST_CHARACTERS_A_PROGRAM,
    MOST_STEPS_A_BRAND,
    MOST_STEPS_AN_ORDER,
    ConditionFailed,
)
from rules_service.domain.evaluate import evaluate
from tests.unit.rules.examples import line, order, with_rules
from tests.unit.rules.sights import LINE, ORDER, ready, refused

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "conditions.md"
TEXT = PAGE.read_text()
EXAMPLES = [
    (source.rstrip(), told)
    for block in re.findall(r"```cel\n(.*?)```", TEXT, re.DOTALL)
    for source, told in (row.split("// ", 1) for row in block.splitlines())
]


@pytest.mark.parametrize(("source", "told"), EXAMPLES)
def test_every_example_does_what_the_page_says(source: str, told: str) -> None:
    if told in {"yes", "no"}:
        assert ready(source).holds(ORDER, LINE) is (told == "yes")
    elif told.startswith("fails: "):
        with pytest.raises(ConditionFailed) as failed:
            ready(source).holds(ORDER, LINE)
        assert f"fails: {failed.value.reason}" == told
    else:
        fault = refused(source)
        assert f"{fault.line}:{fault.column}: {fault.reason}" == told


def test_the_rule_of_the_page_is_one() -> None:
    (rule,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    asked = order(
        line(1, "PEAK", 9_000, quantity=2, categories=["shoes"], attributes={"size": "46"}),
        line(2, "PEAK", 9_000, quantity=2, categories=["shoes"], attributes={"size": "44"}),
        line(3, "PEAK", 9_000, quantity=2, categories=["shoes"]),
    )
    judged = evaluate(with_rules(rule), asked)
    assert [[award.points for award in judged_line.awards] for judged_line in judged.lines] == [[50], [], []]


def test_there_are_examples_of_every_kind() -> None:
    told = [told.partition(":")[0] for _, told in EXAMPLES]
    assert min(told.count(kind) for kind in ("yes", "no", "fails", "1")) >= 2


def test_every_name_is_on_the_page() -> None:
    assert re.findall(r"^\| `((?:order|line)\.\w+)` \|", TEXT, re.MULTILINE) == list(VARIABLES)


def test_every_function_is_on_the_page() -> None:
    section = TEXT.partition("## What it can say")[2].partition("## Examples")[0].replace("\\|", "|")
    shown = {function.shown for function in FUNCTIONS.values()} - {"a loop"}
    assert [name for name in sorted(shown) if f"`{name}`" not in section] == []


def test_the_page_says_what_conditions_may_take_together() -> None:
    section = TEXT.partition("## All conditions together")[2].partition("## When")[0]
    said = re.findall(r"\| ([\d,]+) (steps|characters) \|", section)
    bounds = (MOST_STEPS, MOST_STEPS_A_BRAND, MOST_STEPS_AN_ORDER, MOST_CHARACTERS_A_PROGRAM)
    assert [int(number.replace(",", "")) for number, _ in said] == list(bounds)
    (rule,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    steps = with_rules(rule).rules_of["PEAK"].most_steps
    assert f"example on this page takes {steps} steps" in section
