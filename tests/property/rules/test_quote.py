"""A quote holds for exactly as long as it says."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings

from chassis.values.calendar import Interval
from chassis.values.refusal import Refusal
from rules_service.domain.compiled_program import CompiledProgram, compile_program
from rules_service.domain.program import Program
from rules_service.domain.quote import quote
from rules_service.domain.redemption_terms import RedemptionTerms, TermsQuestion
from tests.property.rules.strategies import instants, programs
from tests.unit.rules.examples import CONDITIONS


def terms(program: CompiledProgram, instant: datetime) -> RedemptionTerms | None:
    """The terms at brand A; None if it states no value then."""
    try:
        return quote(program, TermsQuestion("l1", "A", "USD", instant))
    except Refusal:
        return None


@given(programs(), instants, instants)
@settings(max_examples=50)
def test_nothing_of_the_answer_changes_within_its_interval(program: Program, first: datetime, second: datetime) -> None:
    compiled = compile_program("rev_t", program, CONDITIONS)
    answer = terms(compiled, first)
    if answer is not None and answer.interval.contains(second):
        assert terms(compiled, second) == answer


@given(programs(), instants)
@settings(max_examples=50)
def test_the_interval_holds_the_instant_and_its_own_ends(program: Program, instant: datetime) -> None:
    compiled = compile_program("rev_t", program, CONDITIONS)
    answer = terms(compiled, instant)
    if answer is None:
        return
    interval = answer.interval
    assert interval.contains(instant)
    if interval.start is not None:
        assert terms(compiled, interval.start) == answer
    if interval.end is not None:
        assert terms(compiled, interval.end - timedelta(microseconds=1)) == answer
        after = terms(compiled, interval.end)
        assert after is None or after.interval.start == interval.end


@given(programs(), instants)
@settings(max_examples=50)
def test_each_entity_has_the_closest_agreement_in_force(program: Program, instant: datetime) -> None:
    answer = terms(compile_program("rev_t", program, CONDITIONS), instant)
    if answer is None:
        return
    in_force = {
        (agreement.issuer_entity_id, agreement.redeemer_entity_id): agreement.agreement_id
        for agreement in program.agreements
        if agreement.interval.contains(instant)
    }
    redeemer = answer.redeemer_entity_id
    expected = {redeemer: ""}
    for issuer in {"ea", "eb", "hq"} - {redeemer}:
        candidates = [(issuer, redeemer), (issuer, ""), ("", redeemer), ("", "")]
        found = next((in_force[pair] for pair in candidates if pair in in_force), None)
        if found is not None:
            expected[issuer] = found
    assert {term.issuer_entity_id: term.agreement_id for term in answer.settlement_terms} == expected


@given(programs(), instants)
@settings(max_examples=50)
def test_undated_terms_hold_for_ever(program: Program, instant: datetime) -> None:
    always = Interval(None, None)
    undated = replace(
        program,
        agreements=tuple(replace(agreement, interval=always) for agreement in program.agreements),
        brands=tuple(
            replace(
                brand,
                point_values=tuple(replace(value, interval=always) for value in brand.point_values[:1]),
                named_points=tuple(replace(point, interval=always) for point in brand.named_points[:1]),
            )
            for brand in program.brands
        ),
    )
    answer = terms(compile_program("rev_t", undated, CONDITIONS), instant)
    assert answer is None or answer.interval == always
