import pytest

from chassis.runtime.breaker import Breaker, BreakerState


def _open_breaker(open_seconds: float) -> Breaker:
    breaker = Breaker(failures_to_open=3, open_seconds=open_seconds)
    for _ in range(3):
        assert breaker.admits()
        breaker.failed()
    return breaker


def test_it_stays_closed_below_its_limit() -> None:
    breaker = Breaker(failures_to_open=3)
    breaker.failed()
    breaker.failed()
    assert breaker.state is BreakerState.CLOSED


def test_a_success_starts_the_count_again() -> None:
    breaker = Breaker(failures_to_open=2)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.state is BreakerState.CLOSED


def test_open_admits_nothing() -> None:
    breaker = _open_breaker(open_seconds=60)
    assert (breaker.state, breaker.admits()) == (BreakerState.OPEN, False)


def test_half_open_admits_one_call_at_a_time() -> None:
    breaker = _open_breaker(open_seconds=0)
    assert [breaker.admits(), breaker.admits()] == [True, False]


def test_a_good_probe_closes() -> None:
    breaker = _open_breaker(open_seconds=0)
    breaker.admits()
    breaker.succeeded()
    assert breaker.state is BreakerState.CLOSED


def test_a_bad_probe_opens_again() -> None:
    breaker = _open_breaker(open_seconds=0.01)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chassis.runtime.breaker.time.monotonic", lambda: 1e12)
        assert breaker.admits()
        breaker.failed()
        assert breaker.state is BreakerState.OPEN


def test_an_abandoned_probe_leaves_room_for_the_next() -> None:
    breaker = _open_breaker(open_seconds=0)
    breaker.admits()
    breaker.abandoned()
    assert breaker.admits()
