"""Spans as a tree."""

from deploy.local.trace.tree import trees
from tests.unit.demo.spans import OTHER, TRACE, span

RPC = "loyalty.ledger.v1.LedgerService/PostOrder"


def test_children_hang_under_their_parent_in_order_of_time() -> None:
    [root] = trees([span("1"), span("3", "1", at=2), span("2", "1", at=1)], TRACE)
    assert [child.span.span_id for child in root.children] == ["2", "3"]


def test_a_span_whose_parent_was_not_recorded_is_a_root() -> None:
    assert [root.span.span_id for root in trees([span("2", "1")], TRACE)] == ["2"]


def test_the_two_sides_of_a_call_are_one_node() -> None:
    spans = [
        span("1", name=RPC, kind="CLIENT", service="till"),
        span("2", "1", RPC, kind="SERVER"),
        span("3", "2", "find_outcomes"),
    ]
    [root] = trees(spans, TRACE)
    assert root.server is not None
    assert [child.span.name for child in root.children] == ["find_outcomes"]


def test_a_batch_led_by_another_caller_shows_its_work_under_this_one() -> None:
    spans = [
        span("1"),
        span("2", "1", "batch lane 1", links=("9",)),
        span("9", "8", "batch lane 1", trace_id=OTHER, batch__items=4),
        span("10", "9", "write_batch", trace_id=OTHER),
    ]
    [root] = trees(spans, TRACE)
    [batch] = root.children
    assert [child.span.name for child in batch.children] == ["write_batch"]
    assert (batch.shared_with, batch.borrowed) == (3, True)


def test_a_batch_led_by_this_caller_says_how_many_others_it_served() -> None:
    [root] = trees([span("1"), span("2", "1", "batch lane 1", batch__items=4, links=("7", "8", "9"))], TRACE)
    [batch] = root.children
    assert (batch.shared_with, batch.borrowed) == (3, False)


def test_many_items_of_one_call_in_one_batch_are_one_node() -> None:
    spans = [
        span("1"),
        span("2", "1", "batch rules", batch__items=5),
        span("3", "2", "EvaluateOrders"),
        span("4", "1", "batch rules", links=("2",)),
        span("5", "1", "batch rules", links=("2",)),
    ]
    [root] = trees(spans, TRACE)
    [batch] = root.children
    assert (batch.items, batch.shared_with) == (3, 2)
    assert [child.span.name for child in batch.children] == ["EvaluateOrders"]


def test_an_event_met_again_after_a_restart_is_told_with_its_booking() -> None:
    spans = [
        span("1"),
        span("2", "1", "book events", service="settlement", batch__items=1),
        span("3", "2", "append_entries", service="settlement"),
        span("4", "1", "book events", service="settlement", batch__items=1, at=70_000),
    ]
    [root] = trees(spans, TRACE)
    [booked] = root.children
    assert (booked.span.span_id, booked.again) == ("2", 1)


def test_of_many_siblings_of_one_kind_few_are_shown_and_the_rest_counted() -> None:
    spans = [span("0")]
    for number in range(1, 11):
        spans += [span(f"{number}", "0", "book events", at=number), span(f"{number}w", f"{number}", "append_entries")]
    [root] = trees(spans, TRACE)
    assert [(node.span.span_id, node.alike) for node in root.children] == [("1", 0), ("2", 0), ("3", 7)]
