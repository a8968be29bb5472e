"""Wakeups: who watches, who is woken."""

from chassis.runtime.wakeups import Wakeups


async def test_watches_of_two_calls_at_once_are_told_apart() -> None:
    wakeups = Wakeups()
    with wakeups.watching() as outer:
        with wakeups.watching():
            # Both have seen the same so far, i.e. nothing: they are equal, but not the same.
            pass
        wakeups.freed(["lease:{p0}:a"])
        assert outer == {"lease:{p0}:a"}
