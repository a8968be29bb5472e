"""Who brings too many wrong PINs is refused before any is hashed."""

import pytest

from chassis.values.refusal import Refusal
from identity_service.peers.pin_desk import PinDesk


def test_who_was_wrong_too_often_is_refused_without_a_look_and_nobody_else() -> None:
    desk = PinDesk(wrong_a_minute=2)
    for _ in range(2):
        with desk.attempt("till"):
            desk.was_wrong("till")
    with pytest.raises(Refusal) as raised, desk.attempt("till"):
        pass
    assert (raised.value.reason, raised.value.metadata["limit"]) == ("TOO_FREQUENT", "wrong_pins_per_caller")
    assert 0 < (raised.value.retry_after_seconds or 0) <= 30
    with desk.attempt("another"):
        pass


def test_without_a_limit_nobody_is_refused() -> None:
    desk = PinDesk(wrong_a_minute=0)
    for _ in range(1_000):
        desk.was_wrong("till")
    with desk.attempt("till"):
        pass
