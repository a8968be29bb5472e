"""Whoever carries points, they are carried whole, and by nobody twice."""

from hypothesis import given, settings

from rules_service.domain.earn_rule import OPERATOR, WHOLE
from rules_service.domain.order import Order
from rules_service.domain.program import Program
from rules_service.wire.answers import evaluations
from tests.property.rules.strategies import judging_programs, orders
from tests.property.rules.test_evaluate import compiled, judged
from tests.support.examples import examples


@given(judging_programs(), orders())
@settings(max_examples=examples(20))
def test_the_funders_of_every_award_are_entities_whose_shares_sum_to_the_whole(program: Program, order: Order) -> None:
    evaluation = judged(compiled(program), order)
    for line in evaluations([evaluation]).results[0].evaluation.lines:
        for award in line.awards:
            entities = [funder.entity_id for funder in award.funders]
            assert entities == sorted(set(entities))
            assert OPERATOR not in entities
            assert all(funder.share_basis_points > 0 for funder in award.funders)
            assert sum(funder.share_basis_points for funder in award.funders) == WHOLE


@given(judging_programs(), orders())
@settings(max_examples=examples(20))
def test_the_operator_carries_its_share_and_what_it_is_named_for(program: Program, order: Order) -> None:
    evaluation = judged(compiled(program), order)
    operator = evaluation.location.operator_entity_id
    for award in (award for line in evaluation.lines for award in line.awards):
        rule = award.rule.rule
        named = sum(funder.share_basis_points for funder in rule.funders if funder.entity_id == operator)
        assert dict(award.funders).get(operator, 0) == named + rule.operator_share
