"""Of many rules that differ by what they ask of the member few are asked about a line; what all look at is read."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from rules_service.domain import index_entries, rule_index
from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.evaluate import evaluate
from rules_service.domain.member_facts import FactsRead, MonthDay, PurchasesRead
from rules_service.domain.order import OrderLine
from rules_service.domain.sale import Sale
from tests.unit.rules.examples import line, member, order, with_rules

MANY = 2_000
FEW = 12
"""So many rules at most are asked about a line."""
BUYER = member(
    tiers={"stars": "t7"},
    purchases=7,
    brand_purchases={"NORTH": 7},
    member_since=datetime(2020, 1, 1, tzinfo=UTC),
    birthday=MonthDay(7, 6),
    segments=frozenset({"s7", "other"}),
)
STARS = f"""
ladders:
  stars:
    name: Stars
    counts: orders
    window: lifetime
    tiers: {{{", ".join(f"t{number}: {{from: {number}}}" for number in range(1, 51))}}}
"""


def many(when: Callable[[int], str]) -> CompiledProgram:
    """So many rules."""
    rules = "\n".join(
        f"  r{number}: {{brand: NORTH, when: {{{when(number)}}}, fixed: {{points: 1, per: line}}}}"
        for number in range(MANY)
    )
    return with_rules(f"earn_rules:\n{rules}\n{STARS}")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one for each rule that is asked."""
    count: list[int] = []
    for module in (index_entries, rule_index):
        met = vars(module)["met"]

        def counted(rest: Any, on: OrderLine, sale: Sale, met: Any = met) -> Any:
            count.append(1)
            return met(rest, on, sale)

        monkeypatch.setattr(module, "met", counted)
    return count


@pytest.mark.parametrize(
    ("when", "selecting", "read"),
    [
        (lambda number: f"segment: s{number}", 1, FactsRead()),
        (lambda number: f"categories: c{number // 8}, segment: s{number}", 1, FactsRead()),
        (lambda number: f"categories: c{number}, birthday: month", 2, FactsRead()),
        (
            lambda number: f"categories: c{number % 40}, tier: {{stars: t{number // 40 + 1}}}",
            2,
            FactsRead((("stars", "t7"),)),
        ),
        (lambda number: f"purchase: {{number: {number + 1}}}", 1, FactsRead((), (PurchasesRead("NORTH", 7, 7, 7),))),
        (
            lambda number: f"purchase: {{number: {number * 4 + 2}, of: program}}",
            0,
            FactsRead((), (PurchasesRead("", 7, 6, 8),)),
        ),
        (
            lambda number: f"categories: c{number % 2}, purchase: {{number: {number * 4 + 2}}}, weekdays: sat",
            0,
            FactsRead((), (PurchasesRead("NORTH", 7, 2, 8),)),
        ),
    ],
    ids=["segment", "category and segment", "birthday", "tier", "purchase", "other purchases", "weekday and purchase"],
)
def test_few_are_asked(when: Callable[[int], str], selecting: int, read: FactsRead, asked: list[int]) -> None:
    program = many(when)
    judged = evaluate(program, order(line(1, "NORTH", 100, categories=["c0", "c7"]), member=BUYER))
    assert (len(judged.lines[0].awards), judged.read) == (selecting, read)
    assert len(asked) <= FEW
