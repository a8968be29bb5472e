"""Figures that explain points come from rules' messages and go into the ledger's as they were."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from loyalty.rules.v1 import evaluation_pb2, program_pb2
from loyalty.type.v1 import money_pb2, order_pb2

from chassis.values.rounding import Ratio
from ledger_service.peers.rules_explanations import breakdown_of, outcome_of
from ledger_service.use_cases.ports import Evaluation, LineEvaluation
from ledger_service.use_cases.preview_grants import Grants
from ledger_service.use_cases.preview_order import Preview
from ledger_service.wire.explanations import breakdown_message, preview_message

INT64 = st.integers(0, 2**63 - 1)
RATIOS = st.builds(
    lambda ratio: money_pb2.Ratio(numerator=ratio.numerator, denominator=ratio.denominator),
    st.fractions(min_value=0, max_denominator=10**9).filter(lambda ratio: ratio.numerator < 2**63).map(Ratio.of),
)
MAYBE = st.none() | RATIOS
COUNTED: st.SearchStrategy[dict[str, object]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"paid": st.builds(money_pb2.Money, currency_code=st.just("USD"), minor_units=INT64)}),
    st.fixed_dictionaries({"pieces": INT64}),
    st.fixed_dictionaries({"measure": st.builds(order_pb2.Measure, unit=st.just("litre"), milli_units=INT64)}),
    st.fixed_dictionaries({"base_points": RATIOS}),
    st.fixed_dictionaries({"sets": INT64}),
)
SCOPES = [program_pb2.ROUNDING_SCOPE_LINE, program_pb2.ROUNDING_SCOPE_ORDER]


@given(
    counted=COUNTED,
    rate=MAYBE,
    exact=MAYBE,
    rounding=st.sampled_from(program_pb2.Rounding.values()),
    scope=st.sampled_from(SCOPES),
    tier_multiplier=MAYBE,
)
def test_a_breakdown_comes_through_as_it_went_in(
    counted: dict[str, object],
    rate: money_pb2.Ratio | None,
    exact: money_pb2.Ratio | None,
    rounding: program_pb2.Rounding.ValueType,
    scope: program_pb2.RoundingScope.ValueType,
    tier_multiplier: money_pb2.Ratio | None,
) -> None:
    message = evaluation_pb2.Breakdown(
        rate=rate,
        exact_points=exact,
        rounding=rounding,
        rounding_scope=scope,
        tier_multiplier=tier_multiplier,
        tier=None if tier_multiplier is None else evaluation_pb2.TierFact(ladder_id="stars", tier_id="gold"),
        **counted,  # type: ignore[arg-type]
    )
    assert breakdown_message(breakdown_of(message)) == message


@given(
    outcome=st.builds(
        evaluation_pb2.RuleOutcome,
        rule_id=st.just("triple"),
        rule_version=st.just("rul_1"),
        rule_ordinal=st.integers(0, 10_000),
        outcome=st.sampled_from([number for number in evaluation_pb2.Outcome.values() if number]),
        exact_points=MAYBE,
        points=INT64,
        unmet=st.sampled_from(["", "when.weekdays"]),
        preferred_rule_id=st.sampled_from(["", "other"]),
        explanation=st.just("a sentence"),
    )
)
def test_an_outcome_comes_through_as_it_went_in(outcome: evaluation_pb2.RuleOutcome) -> None:
    line = LineEvaluation(1, "north", (), "", (outcome_of(outcome),))
    evaluation = Evaluation("rev", "operator", "west", "UTC", (line,), date(2026, 1, 1))
    preview = preview_message(Preview(evaluation, Grants()))
    assert list(preview.evaluation.lines[0].outcomes) == [outcome]
