"""Which deliveries may be booked: next ones, in order, each bookable; everything else stops its partition."""

from settlement_service.domain.admission import Mark, admit
from settlement_service.domain.event import Kind
from tests.unit.settlement.events import carrying, delivery, event, movement


def at(position: int, partition: int = 0) -> Mark:
    return Mark(position, event(position=position, partition=partition).hash)


def test_the_next_events_are_booked_in_order() -> None:
    admission = admit({0: at(4)}, (), [delivery(event(position=5)), delivery(event(position=6))])
    assert [booking.event.position for booking in admission.bookings] == [5, 6]


def test_the_cursor_stands_at_the_last_booked_event() -> None:
    assert admit({0: at(4)}, (), [delivery(event(position=5))]).marks == {0: at(5)}


def test_an_unknown_partition_begins_at_its_first_event() -> None:
    assert len(admit({}, (), [delivery(event(position=1, partition=3))]).bookings) == 1


def test_an_event_delivered_again_is_skipped() -> None:
    deliveries = [delivery(event(position=position)) for position in (3, 4, 5, 5)]
    assert [booking.event.position for booking in admit({0: at(4)}, (), deliveries).bookings] == [5]


def test_a_gap_stops_its_partition_and_no_other() -> None:
    deliveries = [
        delivery(event(position=6)),
        delivery(event(position=5)),
        delivery(event(position=1, partition=1)),
    ]
    admission = admit({0: at(4)}, (), deliveries)
    assert admission.gap
    assert [booking.event.partition for booking in admission.bookings] == [1]


def test_another_event_where_one_was_booked_is_a_fault() -> None:
    admission = admit({0: Mark(4, b"of another history")}, (), [delivery(event(position=4))])
    assert "another event" in admission.faults[0].reason


def test_what_cannot_be_read_is_a_fault_and_what_follows_waits() -> None:
    deliveries = [delivery(event(position=5), fault="unknown kind"), delivery(event(position=6))]
    admission = admit({0: at(4)}, (), deliveries)
    assert [fault.reason for fault in admission.faults] == ["Unbookable: unknown kind"]
    assert admission.bookings == []


def test_what_contradicts_itself_is_a_fault() -> None:
    held = movement(Kind.HELD, carrying("north", 1))
    assert len(admit({}, (), [delivery(event(held))]).faults) == 1


def test_what_does_not_fit_a_posting_is_a_fault() -> None:
    vast = movement(Kind.EARNED, carrying("north", 2**62, 2**62))
    assert "AMOUNT_OUT_OF_RANGE" in admit({}, (), [delivery(event(vast))]).faults[0].reason


def test_a_stopped_partition_is_passed_over() -> None:
    admission = admit({0: at(4)}, {0}, [delivery(event(position=5)), delivery(event(position=9))])
    assert (admission.bookings, admission.faults, admission.gap) == ([], [], False)
