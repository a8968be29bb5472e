"""A quote holds for exactly as long as it says."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings

from chassis.values.calendar import Interval
from chassis.values.refusal import Refusal
from rules_service.domain.check_gaps import gap_faults
from rules_service.domain.compiled_program import CompiledProgram, compile_program
from rules_service.domain.meetings import meetings
from rules_service.domain.policies import DEFAULTS
from rules_service.domain.program import Agreement, PricePerPoint, Program, ShareOfLiability
from rules_service.domain.quote import quote
from rules_service.domain.redemption_terms import RedemptionTerms, TermsQuestion
from rules_service.domain.settlement import NOTHING_SAID
from tests.property.rules.strategies import instants, programs
from tests.support.examples import examples
from tests.unit.rules.examples import CONDITIONS


def terms(program: CompiledProgram, instant: datetime) -> RedemptionTerms | None:
    """The terms at brand A; None if it states no value then."""
    try:
        return quote(program, TermsQuestion("l1", "A", "USD", instant))
    except Refusal:
        return None


@given(programs(), instants, instants)
@settings(max_examples=examples(10))
def test_nothing_of_the_answer_changes_within_its_interval(program: Program, first: datetime, second: datetime) -> None:
    compiled = compile_program("rev_t", program, CONDITIONS)
    answer = terms(compiled, first)
    if answer is not None and answer.interval.contains(second):
        assert terms(compiled, second) == answer


@given(programs(), instants)
@settings(max_examples=examples(10))
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
@settings(max_examples=examples(10))
def test_each_entity_has_the_closest_agreement_in_force(program: Program, instant: datetime) -> None:
    answer = terms(compile_program("rev_t", program, CONDITIONS), instant)
    if answer is None:
        return
    in_force = {
        (agreement.issuer_entity_id, agreement.redeemer_entity_id): agreement
        for agreement in program.agreements
        if agreement.interval.contains(instant)
    }
    redeemer = answer.redeemer_entity_id
    expected = {redeemer: ""}
    for issuer in {"ea", "eb", "hq"} - {redeemer}:
        candidates = [(issuer, redeemer), (issuer, ""), ("", redeemer), ("", "")]
        found = next((in_force[pair] for pair in candidates if pair in in_force), None)
        if found is not None and _priced(found):
            expected[issuer] = found.agreement_id
    assert {term.issuer_entity_id: term.agreement_id for term in answer.settlement_terms} == expected


def _priced(agreement: Agreement) -> bool:
    """Whether it says what is owed in dollars."""
    price = agreement.price
    return not isinstance(price, PricePerPoint) or any(rate.currency_code == "USD" for rate in price.rates)


@given(programs(), instants)
@settings(max_examples=examples(20))
def test_prices_by_liability_value_come_with_the_rate_of_the_local_date(program: Program, instant: datetime) -> None:
    answer = terms(compile_program("rev_t", program, CONDITIONS), instant)
    if answer is None:
        return
    day = instant.astimezone(ZoneInfo("America/New_York")).date().isoformat()
    needed = any(isinstance(term.price, ShareOfLiability) for term in answer.settlement_terms)
    expected = [
        ("EUR", rate.rate_id, rate.ratio)
        for rate in program.exchange_rates
        if needed
        and rate.to_currency == "USD"
        and (rate.start is None or rate.start.isoformat() <= day)
        and (rate.end is None or day < rate.end.isoformat())
    ]
    assert [(term.currency_code, term.rate_id, term.minor_units) for term in answer.currency_terms] == expected


@given(programs(), instants)
@settings(max_examples=examples(20))
def test_whose_redemption_would_have_no_terms_is_refused_when_the_program_is_applied(
    program: Program, instant: datetime
) -> None:
    asked = replace(program, policies=DEFAULTS, settlement=NOTHING_SAID)
    answer = terms(compile_program("rev_t", asked, CONDITIONS), instant)
    if answer is None:
        return
    termed = {term.issuer_entity_id for term in answer.settlement_terms}
    meeting_here = {
        meeting.issuer
        for meeting in meetings(asked)
        if meeting.brand_id == "A" and meeting.interval.contains(instant) and meeting.redeemer == "ea"
    }
    if not meeting_here <= termed:
        assert list(gap_faults(asked, instant))


@given(programs(), instants)
@settings(max_examples=examples(10))
def test_undated_terms_hold_for_ever(program: Program, instant: datetime) -> None:
    always = Interval(None, None)
    undated = replace(
        program,
        agreements=tuple(replace(agreement, interval=always) for agreement in program.agreements),
        exchange_rates=(),
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
