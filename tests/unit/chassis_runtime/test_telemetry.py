import time

import pytest
from opentelemetry.context import Context
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

from chassis.runtime import telemetry
from chassis.runtime.telemetry import (
    context_of,
    current_span_context,
    current_trace_id,
    current_traceparent,
    parse_traceparent,
    record_span,
    span,
    span_from_traceparent,
    start_span,
    traceparent_of,
)
from tests.unit.chassis_runtime.recorded import SAMPLED, TRACE_ID, UNSAMPLED, recorded


def test_a_traceparent_is_read_and_written_alike() -> None:
    parsed = parse_traceparent(SAMPLED)
    assert parsed is not None
    assert traceparent_of(parsed) == SAMPLED


@pytest.mark.parametrize(
    "value",
    [
        "",
        "00",
        SAMPLED.upper(),
        f"{SAMPLED}-extra",
        SAMPLED.replace("00-", "ff-", 1),
        SAMPLED.replace(TRACE_ID, "0" * 32),
        SAMPLED.replace("b7ad6b7169203331", "0" * 16),
        f" {SAMPLED}",
    ],
)
def test_what_is_no_traceparent_names_no_span(value: str) -> None:
    assert parse_traceparent(value) is None


def test_a_later_version_may_say_more() -> None:
    assert parse_traceparent(SAMPLED.replace("00-", "01-", 1) + "-more") is not None


def test_without_a_span_there_is_no_traceparent() -> None:
    assert (current_traceparent(), current_trace_id()) == ("", "")


def test_a_stored_traceparent_becomes_the_parent() -> None:
    with recorded() as spans:
        with span_from_traceparent("follow", SAMPLED):
            assert current_trace_id() == TRACE_ID
        follow = spans.only("follow")
    assert follow.parent is not None
    assert f"{follow.parent.span_id:016x}" == "b7ad6b7169203331"


def test_spans_nest() -> None:
    with recorded() as spans:
        with span_from_traceparent("outer", SAMPLED), span("inner", {"rows": 3}):
            pass
        inner, outer = spans.only("inner"), spans.only("outer")
    assert inner.parent is not None
    assert (inner.parent.span_id, dict(inner.attributes or {})) == (outer.context.span_id, {"rows": 3})


def test_an_exception_marks_its_span_by_type_only() -> None:
    with recorded() as spans:
        with pytest.raises(ValueError, match="secret"), span_from_traceparent("work", SAMPLED):
            raise ValueError("secret")
        work = spans.only("work")
    assert (work.attributes or {})["error.type"] == "ValueError"
    assert "secret" not in work.to_json()


def test_nothing_is_made_in_a_trace_that_is_not_sampled() -> None:
    with recorded() as spans:
        with span_from_traceparent("work", UNSAMPLED), span("inner"):
            assert current_trace_id() == TRACE_ID
        assert spans.all() == ()


def test_a_span_of_the_past_has_its_times() -> None:
    parent = parse_traceparent(SAMPLED)
    assert parent is not None
    now = time.time_ns()
    with recorded() as spans:
        record_span("past", now - 5_000, now, parent)
        past = spans.only("past")
    assert (past.start_time, past.end_time) == (now - 5_000, now)


def test_a_span_of_the_past_is_not_made_for_an_unsampled_parent() -> None:
    parent = parse_traceparent(UNSAMPLED)
    assert parent is not None
    with recorded() as spans:
        record_span("past", 1, 2, parent)
        assert spans.all() == ()


def test_links_name_other_traces() -> None:
    other = SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(1))
    with recorded() as spans:
        with span_from_traceparent("outer", SAMPLED), span("inner", links=[other]):
            pass
        inner = spans.only("inner")
    assert [link.context.trace_id for link in inner.links] == [1]


def test_a_context_of_a_span_has_it_as_current() -> None:
    parent = parse_traceparent(SAMPLED)
    assert parent is not None
    assert context_of(parent)
    assert not current_span_context().is_valid


@pytest.mark.parametrize("traceparent", [SAMPLED, UNSAMPLED])
def test_where_no_span_is_exported_the_callers_identity_is_handed_on(
    traceparent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry._Exporting, "to_somebody", False)
    parent = parse_traceparent(traceparent)
    assert parent is not None
    handed_on = start_span("rpc", context_of(parent), SpanKind.SERVER, {})
    assert not handed_on.is_recording()
    assert traceparent_of(handed_on.get_span_context()) == traceparent


def test_where_no_span_is_exported_a_new_trace_is_not_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry._Exporting, "to_somebody", False)
    made = [start_span("rpc", Context(), SpanKind.SERVER, {}).get_span_context() for _ in range(2)]
    assert all(each.is_valid and not each.trace_flags.sampled for each in made)
    assert made[0].trace_id != made[1].trace_id
