"""Which trace an id means."""

import pytest

from deploy.local.trace.find import by_id, last
from tests.unit.demo.spans import OTHER, TRACE, span

THIRD = "c" * 32


def test_a_trace_id_means_itself() -> None:
    found = by_id([span("1")], TRACE)
    assert found is not None
    assert found.trace_id == TRACE


@pytest.mark.parametrize("wanted", ["sale-7", "D-8", "ord_9"])
def test_an_annotated_id_finds_its_trace(wanted: str) -> None:
    spans = [
        span("1", loyalty__request_id="sale-7", loyalty__document_id=["D-7", "D-8"], loyalty__order_id="ord_9"),
        span("2", trace_id=OTHER),
    ]
    found = by_id(spans, wanted)
    assert found is not None
    assert found.trace_id == TRACE


def test_of_a_request_that_was_repeated_the_trace_that_did_the_work_is_meant() -> None:
    spans = [
        span("1", trace_id=OTHER, loyalty__request_id="sale-7"),
        span("2", loyalty__request_id="sale-7"),
        span("3", "2"),
    ]
    found = by_id(spans, "sale-7")
    assert found is not None
    assert (found.trace_id, found.also) == (TRACE, (OTHER,))


def test_an_attribute_that_is_not_an_id_of_ours_finds_nothing() -> None:
    assert by_id([span("1", db__query__summary="find_outcomes")], "find_outcomes") is None


def test_the_last_trace_is_the_youngest_that_reached_the_books() -> None:
    spans = [
        span("1", at=1, trace_id=OTHER),
        span("2", "1", "book events", at=2, trace_id=OTHER),
        span("3", at=3),
        span("4", "3", "book events", at=9),
        span("5", at=5, trace_id=THIRD),
    ]
    found = last(spans)
    assert found is not None
    assert found.trace_id == TRACE


def test_where_nothing_was_booked_the_last_call_is_meant_and_never_a_stream() -> None:
    spans = [span("1", at=1), span("2", name="loyalty.ledger.v1.LedgerService/StreamEvents", at=2, trace_id=OTHER)]
    found = last(spans)
    assert found is not None
    assert found.trace_id == TRACE


def test_without_spans_there_is_no_last_trace() -> None:
    assert last([]) is None
