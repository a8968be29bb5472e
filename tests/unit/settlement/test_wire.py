"""Requests, tokens and events as they come over the wire."""

import pytest
from loyalty.ledger.v1 import events_pb2, movement_pb2
from loyalty.rules.v1 import program_pb2
from loyalty.settlement.v1 import settlement_service_pb2 as messages
from loyalty.settlement.v1 import statement_service_pb2 as statement_messages
from loyalty.type.v1.log_position_pb2 import LogPosition

from chassis.values.canonical import Plain, content_hash
from chassis.values.refusal import Refusal
from settlement_service.domain.event import Event, Origin, Unbookable
from settlement_service.wire.books import brand_question_of
from settlement_service.wire.event_digest import digest_of
from settlement_service.wire.events import delivery_of
from settlement_service.wire.requests import Page, page_of
from settlement_service.wire.statement_requests import figure_of
from tests.property.settlement.model import PROGRAM, worked_basket
from tests.unit.settlement.messages import event_message


def test_a_page_token_names_its_entry() -> None:
    token = Page("harborside", "north", 0, 100).token(4711)
    page = page_of(messages.ListJournalEntriesRequest(program_id="harborside", entity_id="north", page_token=token))
    assert page == Page("harborside", "north", 4711, 100)


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "%%%",
        Page("other", "", 0, 100).token(1),
        Page("harborside", "north", 0, 100).token(1),
        Page("harborside", "", 0, 100).token(1)[:-1],
    ],
)
def test_a_token_that_was_not_given_for_this_question_is_refused(token: str) -> None:
    with pytest.raises(Refusal) as refused:
        page_of(messages.ListJournalEntriesRequest(program_id="harborside", page_token=token))
    assert refused.value.reason == "CURSOR_INVALID"


@pytest.mark.parametrize("day", ["20261031", "2026-W44-6", "1969-12-31", "9999-12-31", "tomorrow"])
def test_a_figure_is_asked_as_of_a_day_of_the_calendar(day: str) -> None:
    request = statement_messages.ExplainFigureRequest(program_id="harborside", figure="net.linden.USD")
    request.as_of.date = day
    with pytest.raises(Refusal) as refused:
        figure_of(request)
    assert [violation.field for violation in refused.value.violations] == ["as_of.date"]


def test_all_faults_of_a_request_are_told_at_once() -> None:
    request = messages.GetBrandBooksRequest(
        program_id="no id", brand_id="-", at_least=[LogPosition(partition=-1, position=3)]
    )
    with pytest.raises(Refusal) as refused:
        brand_question_of(request)
    assert [each.field for each in refused.value.violations] == ["program_id", "brand_id", "at_least[0].partition"]


def test_a_page_size_above_the_bound_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        page_of(messages.ListJournalEntriesRequest(program_id="harborside", page_size=1_001))
    assert [each.field for each in refused.value.violations] == ["page_size"]


def test_a_page_of_no_size_has_a_hundred_entries() -> None:
    assert page_of(messages.ListJournalEntriesRequest(program_id="harborside")).size == 100


def test_an_event_is_read_as_it_was_written() -> None:
    for event in worked_basket().events:
        assert delivery_of(event_message(event)).content == event


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda message: message.ClearField("event_type"), "unknown event type"),
        (lambda message: message.ClearField("hash"), "its hash"),
        (lambda message: message.ClearField("post_time"), "a time"),
        (lambda message: message.movements[0].ClearField("accrual"), "does not carry its accrual"),
        (lambda message: setattr(message.movements[0], "kind", 99), "unknown kind 99"),
        (lambda message: setattr(message.movements[0], "cause", 99), "cause 99"),
    ],
)
def test_an_event_that_lacks_something_is_unbookable(spoil: object, why: str) -> None:
    message = event_message(worked_basket().events[0])
    assert callable(spoil)
    spoil(message)
    content = delivery_of(message).content
    assert isinstance(content, Unbookable)
    assert why in str(content)


def test_every_kind_and_cause_of_the_contract_is_known() -> None:
    message = event_message(worked_basket().events[0])
    del message.movements[1:]
    for kind in movement_pb2.MovementKind.values():
        for cause in movement_pb2.MovementCause.values():
            message.movements[0].kind, message.movements[0].cause = kind, cause
            assert isinstance(delivery_of(message).content, Event) == (kind != 0 and cause != 0)


def test_every_event_type_of_the_contract_is_known() -> None:
    message = event_message(worked_basket().events[0])
    for number in events_pb2.EventType.values():
        message.event_type = number
        if number == events_pb2.EVENT_TYPE_PERIOD_CUT:
            continue  # moves nothing: the tests of barriers have it
        assert isinstance(delivery_of(message).content, Event) == (number != 0)


def test_a_digest_of_what_came_is_accepted_and_one_is_not_asked_for() -> None:
    message = event_message(worked_basket().events[1])
    assert isinstance(delivery_of(message).content, Event)
    message.digest = digest_of(message)
    assert isinstance(delivery_of(message).content, Event)


def test_a_digest_of_something_else_is_refused() -> None:
    message = event_message(worked_basket().events[1])
    message.digest = digest_of(message)
    message.movements[0].carrying[0].liability_minor_units -= 1
    assert "altered on its way" in str(delivery_of(message).content)


def test_the_digest_is_the_canonical_hash_of_its_list() -> None:
    """Written out for a barrier, the smallest event."""
    message = event_message(worked_basket().events[0])
    del message.movements[:], message.sold_lines[:]
    message.event_type = events_pb2.EVENT_TYPE_PERIOD_CUT
    message.subject_id = "2026-01"
    micros = message.post_time.ToMicroseconds()
    place: list[Plain] = [message.location_id, message.operator_entity_id, message.region, message.channel]
    expected: Plain = [PROGRAM, 0, 1, "PERIOD_CUT", "2026-01", "rev_1", *place, "", "", micros, micros, [], []]
    assert digest_of(message) == content_hash("booked_event/1", expected)


@pytest.mark.parametrize(
    ("rule_id", "rule_version", "origin"),
    [
        ("per_dollar", "v1", Origin.SALE),
        ("adjustment", "v1", Origin.SALE),
        ("adjustment", "", Origin.GOODWILL),
        ("", "", Origin.IMPORT),
    ],
)
def test_where_points_come_from_follows_from_what_gave_them(rule_id: str, rule_version: str, origin: Origin) -> None:
    message = event_message(worked_basket().events[0])
    accrual = message.movements[0].accrual
    accrual.rule_id, accrual.rule_version = rule_id, rule_version
    content = delivery_of(message).content
    assert isinstance(content, Event)
    assert content.movements[0].accrual.origin is origin


@pytest.mark.parametrize(("policy", "reserve"), [(9, ""), (program_pb2.SETTLEMENT_POLICY_RESERVE, "")])
def test_a_policy_that_is_unknown_or_lacks_its_reserve_is_refused(policy: int, reserve: str) -> None:
    message = event_message(worked_basket().events[0])
    message.movements[0].accrual.settlement_policy = policy  # type: ignore[assignment]
    message.movements[0].accrual.reserve_entity_id = reserve
    assert "unknown, or lacks its reserve" in str(delivery_of(message).content)


def test_an_accrual_without_the_time_it_was_earned_is_refused() -> None:
    message = event_message(worked_basket().events[0])
    message.movements[0].accrual.ClearField("earn_time")
    assert "lacks the time" in str(delivery_of(message).content)
