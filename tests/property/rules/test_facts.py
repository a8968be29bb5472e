"""What of a member a decision rests on: exactly what rules looked at, so that nothing else can change it."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chassis.values.refusal import Refusal
from rules_service.domain import rule_index
from rules_service.domain.compiled_program import CompiledProgram, compile_program
from rules_service.domain.earn_rule import AccrualKind
from rules_service.domain.effects import Basis, FixedPoints
from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import OrderEvaluation
from rules_service.domain.member_facts import NOTHING_READ, FactsRead, MemberFacts, PurchasesRead
from rules_service.domain.order import Order
from rules_service.domain.program import Program
from rules_service.domain.purchase_spans import chooses, same_span
from rules_service.domain.selector import MemberSelector, PurchaseChoice, Selector, TierChoice
from tests.property.rules.members import Spans, common, factors, local_day, looked_at, same_around
from tests.property.rules.model import expected, looks
from tests.property.rules.random_rules import BRANDS, LADDERS, SKUS, TIERS, rule_of
from tests.property.rules.strategies import judging_programs, member_of, orders, seeds
from tests.property.rules.test_evaluate import told
from tests.support.examples import examples
from tests.unit.rules.examples import CONDITIONS

numbers = st.lists(st.integers(1, 15), min_size=1, max_size=6, unique=True).map(sorted).map(tuple)
choices = st.one_of(
    numbers.map(lambda some: PurchaseChoice(some)), st.integers(2, 9).map(lambda every: PurchaseChoice((), every))
)


@st.composite
def crowded_programs(draw: st.DrawFn) -> Program:
    """Rules of one brand that hardly differ but by tier and purchase, of few numbers, so that many are next to each
    other."""
    chance = Random(draw(seeds))
    plain = draw(judging_programs())
    first = rule_of(0, 0, {group.group_id: group for group in plain.stacking_groups})
    rules = [
        replace(
            first,
            rule_id=f"r{number}",
            brand_id="A",
            kind=AccrualKind.BONUS,
            effect=FixedPoints(number + 1, Basis.LINE),
            stacking_group="",
            basket=None,
            condition="",
            selector=Selector(
                excluded_skus=(chance.choice(SKUS),) if chance.random() < 0.3 else (),
                member=MemberSelector(
                    tiers=(TierChoice("stars", (chance.choice(TIERS),)),) if chance.random() < 0.3 else (),
                    purchase=draw(choices) if chance.random() < 0.8 else None,
                ),
            ),
        )
        for number in range(draw(st.integers(1, 16)))
    ]
    return replace(plain, earn_rules=tuple(rules))


@pytest.fixture(params=[8, 1], ids=["asked one by one", "found in crowds"])
def crowds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rules are asked one by one, many are found; both are the same."""
    monkeypatch.setattr(rule_index, "WORTH_A_CROWD", request.param)


def judged(program: Program, order: Order) -> tuple[CompiledProgram, OrderEvaluation]:
    """Compiled, and what it makes of the order."""
    ready = compile_program("rev", program, CONDITIONS)
    try:
        return ready, evaluate(ready, order)
    except Refusal as refusal:
        assume(refusal.reason != "RULE_FAILED")
        raise


def known(order: Order) -> MemberFacts:
    """The member of the order; there is one."""
    assume(order.member is not None)
    assert order.member is not None
    return order.member


@given(choices, st.integers(0, 40))
def test_a_span_is_the_longest_in_which_a_choice_says_the_same(choice: PurchaseChoice, orders: int) -> None:
    assert same_span(choice, orders) == same_around(choice, orders)
    least, most = same_span(choice, orders)
    assert least <= orders
    assert most is None or orders <= most
    inside = range(least, (most if most is not None else least + 50) + 1)
    assert {chooses(choice, number) for number in inside} == {chooses(choice, orders)}


@pytest.mark.usefixtures("crowds")
@given(st.one_of(judging_programs(), crowded_programs()), orders())
@settings(max_examples=examples(60), deadline=None)
def test_what_is_read_is_what_rules_look_at(program: Program, order: Order) -> None:
    _, evaluation = judged(program, order)
    assert evaluation.read == naively_read(program, order)


@pytest.mark.usefixtures("crowds")
@given(st.one_of(judging_programs(), crowded_programs()), orders(), st.randoms(use_true_random=False))
@settings(max_examples=examples(60), deadline=None)
def test_no_number_of_purchases_within_the_spans_changes_anything(
    program: Program, order: Order, random: Random
) -> None:
    member = known(order)
    ready, evaluation = judged(program, order)
    spans = {one.brand_id: one for one in evaluation.read.purchases}
    for brand_id, one in spans.items():
        told_number = (member.brand_purchases or {}).get(brand_id, 0) if brand_id else member.purchases
        assert one.orders == told_number
        assert one.least <= told_number
        assert one.most is None or told_number <= one.most
    other = replace(
        member,
        purchases=another(spans.get(""), random),
        brand_purchases={brand_id: another(spans.get(brand_id), random) for brand_id in BRANDS},
    )
    again = evaluate(ready, replace(order, member=other))
    assert told(again) == told(evaluation)
    assert [one[2:] for one in again.read.purchases] == [one[2:] for one in evaluation.read.purchases]


@pytest.mark.usefixtures("crowds")
@given(judging_programs(), orders(), st.randoms(use_true_random=False))
@settings(max_examples=examples(40), deadline=None)
def test_no_tier_that_was_not_read_changes_anything(program: Program, order: Order, random: Random) -> None:
    member = known(order)
    ready, evaluation = judged(program, order)
    read = dict(evaluation.read.tiers)
    assert all(member.tiers.get(ladder_id, "") == tier_id for ladder_id, tier_id in read.items())
    tiers = {ladder_id: read.get(ladder_id, random.choice(("", *TIERS))) for ladder_id in LADDERS}
    again = evaluate(ready, replace(order, member=replace(member, tiers=tiers)))
    assert (told(again), again.read) == (told(evaluation), evaluation.read)


@given(judging_programs(), orders())
@settings(max_examples=examples(30), deadline=None)
def test_explaining_reads_nothing_more(program: Program, order: Order) -> None:
    ready, evaluation = judged(program, order)
    assert evaluate(ready, order, explain=True).read == evaluation.read


@given(judging_programs(), orders(), seeds)
@settings(max_examples=examples(30), deadline=None)
def test_a_sale_of_nobodys_is_judged_as_if_rules_for_members_were_not_there(
    program: Program, order: Order, seed: int
) -> None:
    _, evaluation = judged(program, replace(order, member=None))
    assert evaluation.read == NOTHING_READ
    others = tuple(rule for rule in program.earn_rules if rule.selector.member is None)
    _, without = judged(replace(program, earn_rules=others, ladders=()), replace(order, member=member_of(seed)))
    assert points(without) == points(evaluation)


@given(judging_programs(), orders())
@settings(max_examples=examples(30), deadline=None)
def test_the_figures_of_a_tier_multiply_to_what_is_made_whole(program: Program, order: Order) -> None:
    _, evaluation = judged(program, order)
    for line in evaluation.lines:
        for award in line.awards:
            made = award.breakdown
            if made.tier is None:
                continue
            factor = Fraction(*made.tier.factor)
            assert award.rule.is_base
            assert factor > 1
            assert known(order).tiers[made.tier.ladder_id] == made.tier.tier_id
            assert dict(evaluation.read.tiers)[made.tier.ladder_id] == made.tier.tier_id
            if made.rate is not None:
                assert Fraction(*made.number) * Fraction(*made.rate) * factor == Fraction(*made.exact)


def points(evaluation: OrderEvaluation) -> list[tuple[int, str, int]]:
    """Points by line and rule."""
    return [
        (line.line_number, award.rule.rule.rule_id, award.points) for line in evaluation.lines for award in line.awards
    ]


def another(read: PurchasesRead | None, random: Random) -> int:
    """A number within the span; any if none was read."""
    if read is None:
        return random.randrange(60)
    return random.randint(read.least, read.most if read.most is not None else read.least + 60)


def naively_read(program: Program, order: Order) -> FactsRead:
    """What every rule looks at of which all else fits, and every ladder that may multiply what a line earns."""
    member = order.member
    if member is None:
        return NOTHING_READ
    ladders: set[str] = set()
    spans: Spans = {}
    for line in order.lines:
        for rule in program.earn_rules:
            asked = rule.selector.member
            if asked is not None and looks(program, rule, line, order):
                of_rule, its_spans = looked_at(asked, rule.brand_id, member)
                ladders |= set(of_rule)
                spans = common(spans, its_spans)
    ladders |= multiplying(program, order)
    return FactsRead(
        tuple((ladder_id, member.tiers.get(ladder_id, "")) for ladder_id in sorted(ladders)),
        tuple(PurchasesRead(scope, number_of(member, scope), *span) for scope, span in sorted(spans.items())),
    )


def multiplying(program: Program, order: Order) -> set[str]:
    """Ladders of which some tier multiplies what a base rule pays some line."""
    wanted = expected(program, order)
    assert not isinstance(wanted, str)
    rules = {rule.rule_id: rule for rule in program.earn_rules}
    earning = {
        rules[rule_id].brand_id
        for (_, rule_id), exact in wanted.exact.items()
        if exact and rules[rule_id].kind is AccrualKind.BASE
    }
    day = local_day(program, order)
    return {
        ladder.ladder_id
        for ladder in program.ladders
        for brand_id in earning
        if any(factor > 1 for factor in factors(ladder, brand_id, day).values())
    }


def number_of(member: MemberFacts, scope: str) -> int:
    """Purchases of a brand, or in the program."""
    return (member.brand_purchases or {}).get(scope, 0) if scope else member.purchases
