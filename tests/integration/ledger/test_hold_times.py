"""A wallet knows of its next time-out, whatever a batch has ended before it looked."""

from dataclasses import replace
from datetime import timedelta

from ledger_service.domain.commands import AuthorizeRedemption, CaptureRedemption, Command, SweepWallet, VoidRedemption
from tests.integration.ledger.house import LINDEN, House, Shop
from tests.support.pure_ledger import NOON


def replaying(command: Command, seconds: int) -> Command:
    """The command in a program whose clock is the replay of its commands, so that time passes within a batch."""
    occur_time = NOON + timedelta(seconds=seconds)
    return replace(command, origin=replace(command.origin, replay_clock=True, occur_time=occur_time))


def holding(shop: Shop, name: str, seconds: int) -> Command:
    origin = shop.pure.origin("ana")
    return replaying(AuthorizeRedemption(origin, name.encode(), name, 30, LINDEN, None, seconds), 0)


async def test_a_hold_behind_one_that_the_batch_ended_still_times_out(house: House) -> None:
    shop = Shop()
    await house.done(replaying(shop.sale("ana", "a1", 100), 0))
    await house.done(*(holding(shop, f"aut-{seconds}", seconds) for seconds in (60, 120, 180)))
    origin = shop.pure.origin("ana")
    await house.done(
        replaying(CaptureRedemption(origin, b"red", "red-1", "aut-120", 0, False), 30),
        replaying(SweepWallet(shop.pure.origin("ana")), 90),
    )
    assert await house.broken() == []
    await house.done(replaying(shop.spend("ana", 70), 180))
    assert await house.rows("SELECT hold_id, state FROM hold ORDER BY time_out") == [
        ("aut-60", "timed_out"),
        ("aut-120", "cleared"),
        ("aut-180", "timed_out"),
    ]


async def test_two_members_in_one_batch_keep_their_holds_apart(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "a1", 100), shop.sale("bo", "b1", 100))
    held = AuthorizeRedemption(shop.pure.origin("ana"), b"aut", "aut-1", 30, LINDEN, None, 900)
    await house.done(held)
    mine = VoidRedemption(shop.pure.origin("ana"), "aut-1", b"")
    theirs = CaptureRedemption(shop.pure.origin("bo"), b"red", "red-1", "aut-1", 0, False)
    [heard, done] = await house.say(theirs, mine)
    assert "AUTHORIZATION_NOT_FOUND" in str(heard)
    assert not isinstance(done, BaseException)
    assert await house.broken() == []
