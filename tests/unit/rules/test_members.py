"""Which members rules are for: tiers, segments, time since enrolment, birthdays, first and nth purchases."""

from datetime import datetime
from typing import Any

import pytest

from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.evaluate import evaluate
from rules_service.domain.member_facts import FactsRead, MemberFacts, MonthDay, PurchasesRead
from rules_service.domain.order import Order, OrderLine
from tests.unit.rules.examples import line, member, order, with_rules
from tests.unit.rules.test_selectors import earns, rule

LADDERS = """
ladders:
  stars: {name: Stars, counts: orders, window: lifetime, tiers: {silver: {from: 1}, gold: {from: 5}}}
  waves: {name: Waves, counts: orders, window: lifetime, tiers: {deep: {from: 3}}}
"""


def judging(when: str, effect: str = "per_unit: {points: 1}", brand: str = "NORTH") -> CompiledProgram:
    """One rule, beside two ladders without multipliers."""
    return with_rules(rule(when, effect, brand) + LADDERS)


def bought(at: str, **facts: Any) -> Order:
    """One thing of North's, by a member."""
    return order(line(1, "NORTH", 100), time=datetime.fromisoformat(at), member=member(**facts))


def now(**facts: Any) -> Order:
    """The same on 6 July 2024."""
    return bought("2024-07-06T16:00:00Z", **facts)


@pytest.mark.parametrize(
    ("when", "tiers", "selected"),
    [
        ("tier: {stars: gold}", {"stars": "gold"}, 1),
        ("tier: {stars: gold}", {"stars": "silver"}, 0),
        ("tier: {stars: gold}", {"stars": ""}, 0),
        ("tier: {stars: gold}", {}, 0),
        ("tier: {stars: [silver, gold]}", {"stars": "silver"}, 1),
        ("tier: {stars: gold, waves: deep}", {"stars": "gold", "waves": "deep"}, 1),
        ("tier: {stars: gold, waves: deep}", {"stars": "gold"}, 0),
        ("tier: {stars: gold}", {"waves": "gold"}, 0),
    ],
)
def test_a_member_has_one_of_the_tiers_on_each_ladder(when: str, tiers: dict[str, str], selected: int) -> None:
    assert earns(judging(when), now(tiers=tiers)) == [selected]


@pytest.mark.parametrize(
    ("segments", "selected"), [({"vip"}, 1), ({"vip", "other"}, 1), ({"staff", "vip"}, 1), ({"other"}, 0), (set(), 0)]
)
def test_a_member_is_in_one_of_the_segments(segments: set[str], selected: int) -> None:
    assert earns(judging("segment: [vip, staff]"), now(segments=frozenset(segments))) == [selected]


@pytest.mark.parametrize(
    ("when", "since", "selected"),
    [
        # Half-open, in days from the date of enrolment at the shop; it is 6 July in New York.
        ("member_for: {at_least: 365 days}", "2023-07-07T03:59:59Z", 1),
        ("member_for: {at_least: 365 days}", "2023-07-07T04:00:00Z", 1),
        ("member_for: {at_least: 365 days}", "2023-07-08T03:59:59Z", 1),
        ("member_for: {at_least: 365 days}", "2023-07-08T04:00:00Z", 0),
        ("member_for: {below: 30 days}", "2024-06-07T04:00:00Z", 1),
        ("member_for: {below: 30 days}", "2024-06-07T03:59:59Z", 0),
        ("member_for: {below: 1 day}", "2024-07-06T04:00:00Z", 1),
        ("member_for: {below: 1 day}", "2024-07-06T03:59:59Z", 0),
        ("member_for: {at_least: 1 day, below: 2 days}", "2024-07-05T12:00:00Z", 1),
        ("member_for: {at_least: 1 day, below: 2 days}", "2024-07-06T12:00:00Z", 0),
        ("member_for: {at_least: 1 day, below: 2 days}", "2024-07-04T12:00:00Z", 0),
        # Enrolled later on the day of the sale, or on a later day.
        ("member_for: {below: 1 day}", "2024-07-06T20:00:00Z", 1),
        ("member_for: {below: 30 days}", "2024-07-07T04:00:00Z", 0),
    ],
)
def test_days_since_enrolment_are_counted_at_the_shop(when: str, since: str, selected: int) -> None:
    assert earns(judging(when), now(member_since=datetime.fromisoformat(since))) == [selected]


def test_who_was_enrolled_nobody_knows_when_is_no_member_for_any_time() -> None:
    assert earns(judging("member_for: {below: 36500 days}"), now()) == [0]


@pytest.mark.parametrize(
    ("when", "birthday", "at", "selected"),
    [
        ("birthday: month", (7, 31), "2024-07-01T04:00:00Z", 1),
        ("birthday: month", (7, 31), "2024-07-01T03:59:59Z", 0),
        ("birthday: month", (2, 29), "2023-02-01T12:00:00Z", 1),
        ("birthday: day", (7, 6), "2024-07-06T12:00:00Z", 1),
        ("birthday: day", (7, 6), "2024-07-07T03:59:59Z", 1),
        ("birthday: day", (7, 6), "2024-07-07T04:00:00Z", 0),
        ("birthday: {before: 7, after: 7}", (7, 6), "2024-06-29T12:00:00Z", 1),
        ("birthday: {before: 7, after: 7}", (7, 6), "2024-06-28T12:00:00Z", 0),
        ("birthday: {before: 7, after: 7}", (7, 6), "2024-07-13T12:00:00Z", 1),
        ("birthday: {before: 7, after: 7}", (7, 6), "2024-07-14T12:00:00Z", 0),
        ("birthday: {after: 7}", (7, 6), "2024-07-05T12:00:00Z", 0),
        # Across the turn of a year.
        ("birthday: {before: 3}", (1, 1), "2023-12-29T12:00:00Z", 1),
        ("birthday: {after: 3}", (12, 31), "2024-01-03T12:00:00Z", 1),
        ("birthday: {before: 180, after: 180}", (1, 1), "2024-06-29T12:00:00Z", 1),
        ("birthday: {before: 180, after: 180}", (1, 1), "2024-07-03T12:00:00Z", 0),
        # Who was born on 29 February keeps it on the 28th in other years.
        ("birthday: day", (2, 29), "2024-02-29T12:00:00Z", 1),
        ("birthday: day", (2, 29), "2024-02-28T12:00:00Z", 0),
        ("birthday: day", (2, 29), "2023-02-28T12:00:00Z", 1),
        ("birthday: day", (2, 29), "2023-03-01T12:00:00Z", 0),
        ("birthday: {after: 1}", (2, 29), "2023-03-01T12:00:00Z", 1),
        ("birthday: {before: 1}", (3, 1), "2024-02-29T12:00:00Z", 1),
        ("birthday: {before: 1}", (3, 1), "2024-02-28T12:00:00Z", 0),
        ("birthday: {before: 1}", (3, 1), "2023-02-28T12:00:00Z", 1),
    ],
)
def test_a_birthday_is_a_local_date(when: str, birthday: tuple[int, int], at: str, selected: int) -> None:
    assert earns(judging(when), bought(at, birthday=MonthDay(*birthday))) == [selected]


def test_a_birthday_that_is_not_known_is_never() -> None:
    assert earns(judging("birthday: month"), now()) == [0]


@pytest.mark.parametrize(
    ("purchase", "selected"),
    [
        ("number: 1", [0]),
        ("number: [1, 3]", [0, 2]),
        ("every: 2", [1, 3, 5]),
        ("every: 5", [4]),
        ("number: [2, 3, 4]", [1, 2, 3]),
    ],
)
def test_purchases_are_counted_with_this_one(purchase: str, selected: list[int]) -> None:
    program = judging(f"purchase: {{{purchase}}}")
    found = [before for before in range(6) if earns(program, now(brand_purchases={"NORTH": before})) == [1]]
    assert found == selected


def test_purchases_are_of_the_brand_or_in_the_program() -> None:
    asked = now(purchases=4, brand_purchases={"NORTH": 1, "PEAK": 3})
    assert earns(judging("purchase: {number: 2}"), asked) == [1]
    assert earns(judging("purchase: {number: 2, of: brand}"), asked) == [1]
    assert earns(judging("purchase: {number: 5, of: program}"), asked) == [1]
    assert earns(judging("purchase: {number: 1}"), now(purchases=4, brand_purchases={"PEAK": 3})) == [1]
    assert earns(judging("purchase: {number: 1}"), now(purchases=4)) == [1]


@pytest.mark.parametrize(
    ("of", "lines", "selected"),
    [
        ("brand", [line(1, "NORTH", 0)], [0]),
        ("program", [line(1, "NORTH", 0)], [0]),
        ("brand", [line(1, "NORTH", 0), line(2, "PEAK", 100)], [0, 0]),
        ("program", [line(1, "NORTH", 0), line(2, "PEAK", 100)], [1, 0]),
        ("program", [line(1, "NORTH", 0), line(2, "", 100)], [0, 0]),
        ("brand", [line(1, "NORTH", 0), line(2, "NORTH", 100)], [1, 1]),
        ("brand", [line(1, "NORTH", 0), line(2, "NORTH", 100, discount=True)], [0, 0]),
        ("brand", [line(1, "NORTH", 100, paid=0)], [1]),
    ],
)
def test_a_sale_that_is_no_purchase_is_not_the_first_one(of: str, lines: list[OrderLine], selected: list[int]) -> None:
    program = judging(f"tier: {{stars: gold}}, purchase: {{number: 1, of: {of}}}")
    asked = order(*lines, member=member(tiers={"stars": "gold"}))
    assert earns(program, asked) == selected
    # What is no purchase at all looks at nothing.
    assert bool(evaluate(program, asked).read.tiers) is any(selected)


@pytest.mark.parametrize(
    "when",
    [
        "tier: {stars: gold}",
        "segment: vip",
        "member_for: {below: 36500 days}",
        "birthday: month",
        "purchase: {number: 1}",
        "purchase: {number: 1, of: program}",
    ],
)
def test_a_sale_of_nobodys_is_for_no_members(when: str) -> None:
    judged = evaluate(judging(when), order(line(1, "NORTH", 100)))
    assert (judged.lines[0].awards, judged.read) == ((), FactsRead())


def read(when: str, facts: MemberFacts, *, sku: str = "a", effect: str = "per_unit: {points: 1}") -> FactsRead:
    """What is read for one line under one rule for the SKU a."""
    asked = order(line(1, "NORTH", 100, sku=sku), member=facts)
    return evaluate(judging(f"skus: a, {when}", effect), asked).read


SOMEBODY = member(
    tiers={"stars": "gold"},
    purchases=7,
    brand_purchases={"NORTH": 2},
    member_since=datetime.fromisoformat("2020-01-01T00:00:00Z"),
    birthday=MonthDay(7, 6),
    segments=frozenset({"vip"}),
)


@pytest.mark.parametrize(
    ("when", "tiers", "purchases"),
    [
        ("tier: {stars: silver}", (("stars", "gold"),), ()),
        ("tier: {waves: deep}", (("waves", ""),), ()),
        ("tier: {stars: gold, waves: deep}", (("stars", "gold"), ("waves", "")), ()),
        ("tier: {stars: silver, waves: deep}", (("stars", "gold"),), ()),
        ("purchase: {number: 1}", (), (PurchasesRead("NORTH", 2, 1, None),)),
        ("purchase: {number: 3}", (), (PurchasesRead("NORTH", 2, 2, 2),)),
        ("purchase: {number: [2, 3, 4, 9]}", (), (PurchasesRead("NORTH", 2, 1, 3),)),
        ("purchase: {every: 5}", (), (PurchasesRead("NORTH", 2, 0, 3),)),
        ("purchase: {number: [5, 10], of: program}", (), (PurchasesRead("", 7, 5, 8),)),
        ("tier: {stars: gold}, purchase: {number: 1}", (("stars", "gold"),), (PurchasesRead("NORTH", 2, 1, None),)),
        # Not looked at, since something before it does not fit.
        ("tier: {stars: silver}, purchase: {number: 1}", (("stars", "gold"),), ()),
        ("segment: staff, purchase: {number: 1}", (), ()),
        ("segment: staff, tier: {stars: gold}", (), ()),
        ("birthday: {after: 1}, weekdays: mon, tier: {stars: gold}", (), ()),
        # Facts of identity are never told.
        ("segment: vip, birthday: month, member_for: {at_least: 1 day}", (), ()),
    ],
)
def test_facts_of_the_ledger_that_were_looked_at_are_told(
    when: str, tiers: tuple[tuple[str, str], ...], purchases: tuple[PurchasesRead, ...]
) -> None:
    assert read(when, SOMEBODY) == FactsRead(tiers, purchases)
    assert read(when, SOMEBODY, sku="b") == FactsRead()


def test_spans_of_several_rules_are_what_they_have_in_common() -> None:
    rules = ", ".join(
        f"r{number}: {{brand: NORTH, per_unit: {{points: 1}}, when: {{purchase: {{{choice}}}}}}}"
        for number, choice in enumerate(("number: 1", "number: [2, 8]", "every: 3", "number: 20, of: program"))
    )
    judged = evaluate(with_rules(f"earn_rules: {{{rules}}}"), now(purchases=30, brand_purchases={"NORTH": 4}))
    assert judged.read.purchases == (PurchasesRead("", 30, 20, None), PurchasesRead("NORTH", 4, 3, 4))


def test_many_rules_for_one_purchase_each_are_found_and_read_as_few_are() -> None:
    rules = ", ".join(
        f"r{number}: {{brand: NORTH, fixed: {{points: {number}, per: line}}, when: {{purchase: {{number: {number}}}}}}}"
        for number in range(10, 1_000, 10)
    )
    judging_many = with_rules(f"earn_rules: {{{rules}}}")
    found = evaluate(judging_many, now(brand_purchases={"NORTH": 499}))
    assert [award.points for award in found.lines[0].awards] == [500]
    assert found.read.purchases == (PurchasesRead("NORTH", 499, 499, 499),)
    between = evaluate(judging_many, now(brand_purchases={"NORTH": 493}))
    assert between.lines[0].awards == ()
    assert between.read.purchases == (PurchasesRead("NORTH", 493, 490, 498),)
