"""Content: the way back, order-independence, and that a change is always seen."""

import json
from dataclasses import replace

from hypothesis import given, settings

from rules_service.domain.content import program_content, revision_id
from rules_service.domain.content_reader import read_program
from rules_service.domain.difference import differences
from rules_service.domain.program import Program
from tests.property.rules.strategies import programs
from tests.support.examples import examples


@given(programs())
@settings(max_examples=examples(10))
def test_a_stored_content_reads_back_as_itself(program: Program) -> None:
    content = program_content(program)
    assert program_content(read_program(json.loads(json.dumps(content)))) == content


@given(programs())
@settings(max_examples=examples(10))
def test_the_revision_does_not_depend_on_the_order_of_nouns(program: Program) -> None:
    turned = replace(
        program,
        entities=program.entities[::-1],
        brands=tuple(
            replace(brand, point_values=brand.point_values[::-1], named_points=brand.named_points[::-1])
            for brand in program.brands[::-1]
        ),
        locations=program.locations[::-1],
        earn_rules=program.earn_rules[::-1],
        agreements=program.agreements[::-1],
        limits=tuple(replace(limit, rule_ids=limit.rule_ids[::-1]) for limit in program.limits[::-1]),
        ladders=tuple(replace(ladder, versions=ladder.versions[::-1]) for ladder in program.ladders[::-1]),
        exchange_rates=program.exchange_rates[::-1],
        settlement=replace(
            program.settlement,
            breakage=program.settlement.breakage[::-1],
            accounts=program.settlement.accounts[::-1],
        ),
    )
    assert revision_id(program_content(turned)) == revision_id(program_content(program))


@given(programs(), programs())
@settings(max_examples=examples(10))
def test_there_is_a_difference_exactly_if_the_revision_differs(one: Program, other: Program) -> None:
    before, after = program_content(one), program_content(other)
    assert bool(differences(before, after)) == (revision_id(before) != revision_id(after))


@given(programs(), programs())
@settings(max_examples=examples(10))
def test_differences_turn_around(one: Program, other: Program) -> None:
    before, after = program_content(one), program_content(other)
    there = {(place.path, place.before, place.after) for place in differences(before, after)}
    back = {(place.path, place.after, place.before) for place in differences(after, before)}
    assert there == back
