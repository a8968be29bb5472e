"""Goods on their way back: their points are held until they come, are cancelled, or their time runs out."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest
from loyalty.ledger.v1 import return_requests_pb2

from chassis.values.refusal import Refusal
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.hostile import faulty_fields, refusal_of, said, state_of
from tests.support.mesh import Till, line

LINES = [line(1, "NORTH", 1000, quantity=3), line(2, "HARBOR", 9800)]
"""3 pieces that earn 10, and a line that earns 196."""


@pytest.fixture
def counter(shop: Till) -> Counter:
    return Counter(shop, "ANNOUNCED")


@pytest.fixture
async def ana(shop: Till, counter: Counter) -> str:
    """A member with a sale."""
    buyer = await shop.enroll(f"ANNOUNCED-ANA-{counter.number}")
    await shop.sell(buyer, counter.called("SALE"), "mall-1", LINES)
    return buyer


async def available(till: Till, buyer: str) -> tuple[int, int]:
    """What can be spent, and what is held."""
    wallet = (await till.wallet(buyer)).wallet
    return wallet.available, wallet.held


async def test_announced_goods_hold_their_points(shop: Till, counter: Counter, ana: str) -> None:
    opened = await counter.announce("BACK", share(counter.called("SALE"), 1, pieces=2))
    assert (opened.held_points, opened.wallet.available, opened.wallet.held) == (7, 199, 7)
    assert opened.expire_time.ToDatetime() == shop.now.replace(tzinfo=None) + timedelta(days=30)
    known = await counter.known(opened.return_id)
    assert (known.state, known.held_points) == (return_requests_pb2.RETURN_STATE_ANNOUNCED, 7)
    assert (known.member_id, known.return_document.document_id) == (ana, counter.called("BACK"))


async def test_the_goods_clear_what_was_announced(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    opened = await counter.announce("BACK", share(sale, 1), share(sale, 2))
    back = await counter.bring("BACK", share(sale, 1))
    assert (back.return_id, back.reversed_points) == (opened.return_id, 10)
    assert (await available(shop, ana), await counter.state(opened.return_id)) == ((196, 0), "POSTED")


async def test_goods_that_do_not_come_free_their_points(shop: Till, counter: Counter, ana: str) -> None:
    opened = await counter.announce("BACK", share(counter.called("SALE"), 2))
    cancelled = await counter.cancel(opened.return_id)
    assert (cancelled.unheld_points, cancelled.wallet.available) == (196, 206)
    assert await counter.state(opened.return_id) == "CANCELLED"
    refusal = await refusal_of(counter.cancel(opened.return_id))
    assert (said(refusal)[2], refusal.metadata["state"]) == ("RETURN_ENDED", "CANCELLED")


async def test_their_time_frees_their_points(shop: Till, counter: Counter, ana: str) -> None:
    opened = await counter.announce("BACK", share(counter.called("SALE"), 2))
    begin = shop.now
    try:
        shop.now = begin + timedelta(days=30)
        sold = await shop.sell(ana, counter.called("LATER"), "mall-1", LINES)
    finally:
        shop.now = begin
    assert (sold.wallet.available, sold.wallet.held) == (412, 0)
    assert await counter.state(opened.return_id) == "CANCELLED"


async def test_the_same_announcement_is_answered_as_it_was(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    first = await counter.announce("BACK", share(sale, 2), request_id=counter.called("REQUEST"))
    again = await counter.announce("BACK", share(sale, 2), request_id=counter.called("REQUEST"))
    other = await counter.announce("BACK", share(sale, 2))
    assert first == again == other
    refusal = await refusal_of(counter.announce("BACK", share(sale, 1)))
    assert said(refusal)[2] == "ORDER_CONFLICT"


async def test_ten_announcements_of_one_document_hold_once(shop: Till, counter: Counter, ana: str) -> None:
    await asyncio.gather(*(counter.announce("BACK", share(counter.called("SALE"), 2)) for _ in range(10)))
    assert await available(shop, ana) == (10, 196)


async def test_announcements_never_hold_more_than_there_is(shop: Till, counter: Counter, ana: str) -> None:
    calls = (counter.announce(f"BACK-{n}", share(counter.called("SALE"), 2)) for n in range(5))
    held = sorted(opened.held_points for opened in await asyncio.gather(*calls))
    assert (held, await available(shop, ana)) == ([0, 0, 0, 0, 196], (10, 196))


async def test_a_cancellation_and_the_goods_at_the_same_moment(shop: Till, counter: Counter, ana: str) -> None:
    for number in range(10):
        sale = counter.called(f"SALE-{number}")
        await shop.sell(ana, sale, "mall-1", LINES)
        opened = await counter.announce(f"BACK-{number}", share(sale, 2))
        back, cancelled = await asyncio.gather(
            counter.bring(f"BACK-{number}", share(sale, 2)), counter.cancel(opened.return_id), return_exceptions=True
        )
        assert not isinstance(back, BaseException)
        assert not isinstance(cancelled, Refusal) or cancelled.reason == "RETURN_ENDED"
        assert back.reversed_points == 196
    assert await available(shop, ana) == (206 + 10 * 10, 0)


async def test_what_has_come_back_cannot_be_announced(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    await counter.bring("BACK", share(sale, 1, pieces=1))
    refusal = await refusal_of(counter.announce("BACK", share(sale, 1, pieces=1)))
    assert (said(refusal)[2], refusal.metadata["state"]) == ("RETURN_ENDED", "POSTED")


REFUSED: Mapping[str, tuple[Callable[[Counter], Awaitable[object]], str]] = {
    "an unknown sale": (lambda counter: counter.announce("BACK", share("NEVER", 1)), "SALE_NOT_FOUND"),
    "an unknown line": (lambda counter: counter.announce("BACK", share(counter.called("SALE"), 9)), "SALE_NOT_FOUND"),
    "a piece too many": (
        lambda counter: counter.announce("BACK", share(counter.called("SALE"), 1, pieces=4)),
        "NOT_RETURNABLE",
    ),
    "an unknown place": (
        lambda counter: Counter(counter.till, "NOWHERE", "nowhere").announce("BACK", share(counter.called("SALE"), 1)),
        "LOCATION_NOT_FOUND",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_refused_announcement_changes_nothing(shop: Till, counter: Counter, ana: str, case: str) -> None:
    before = await state_of(shop, ana)
    call, reason = REFUSED[case]
    assert said(await refusal_of(call(counter)))[2] == reason
    assert await state_of(shop, ana) == before


async def test_a_malformed_cancellation_names_its_faults(shop: Till) -> None:
    request = return_requests_pb2.CancelReturnRequest(program_id=shop.program, return_id="ü")
    refusal = await refusal_of(shop.mesh.ledger.CancelReturn(request))
    assert faulty_fields(refusal) == ["occur_time", "request_id", "return_id"]
