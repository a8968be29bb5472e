"""Calls that want the same thing at the same moment: each scene is prepared and then played all at once."""

from collections.abc import Awaitable, Callable, Mapping

from google.protobuf.message import Message
from loyalty.ledger.v1 import authorization_pb2

from ledger_service.domain.redemption import redemption_id_of
from tests.fault.deeds import CALLER, Bench


async def a_sale_its_returns_and_who_gives_them_up(bench: Bench) -> list[Message]:
    """Returns that came early, and one of somebody else."""
    who, other, sale = await bench.member(50), await bench.member(50), bench.new("sale")
    parked = await bench.parked(who, sale)
    twice = bench.new("back")
    return [
        bench.sale(who, sale, 50),
        bench.goods_back(sale, who),
        bench.goods_back(sale, who, twice),
        bench.goods_back(sale, who, twice),
        bench.goods_back(sale, other),
        bench.rejection(parked),
        bench.cancel(sale),
    ]


async def a_sale_that_nobody_has_claimed(bench: Bench) -> list[Message]:
    """Two who claim it, some who bring it back."""
    one, other, sale = await bench.member(10), await bench.member(10), await bench.sold("")
    return [
        bench.claim(one, sale),
        bench.claim(other, sale),
        bench.goods_back(sale),
        bench.goods_back(sale, one),
        bench.cancel(sale),
        bench.announcement(sale),
    ]


async def a_sale_to_nobody_and_returns_of_members(bench: Bench) -> list[Message]:
    """The sale comes while returns of it are parked and claims wait."""
    one, sale = await bench.member(10), bench.new("sale")
    return [
        bench.sale("", sale, 50),
        bench.goods_back(sale, one),
        bench.claim(one, sale),
        bench.sale(one, sale, 50),
    ]


async def one_hold(bench: Bench) -> list[Message]:
    """Captured, voided, increased and paid with."""
    who, original = await bench.member(100), bench.new("deed")
    held = await bench.held(who, 60, original)
    tender = authorization_pb2.Tender(authorization_id=held, points=20)
    return [
        bench.capture(held, 40),
        bench.capture(held, 0),
        bench.void(who, original),
        bench.increase(held, 30),
        bench.sale(who, bench.new("sale"), 30, tenders=[tender]),
        bench.redemption(who, 50),
    ]


async def one_redemption(bench: Bench) -> list[Message]:
    """Given back in parts, and used to pay."""
    who = await bench.member(100)
    spent = await bench.spent(who, 60)
    tender = authorization_pb2.Tender(redemption_id=redemption_id_of(bench.till.program, CALLER, spent))
    return [
        bench.restore(who, spent, 25),
        bench.restore(who, spent, 25),
        bench.restore(who, spent, 0),
        bench.sale(who, bench.new("sale"), 50, tenders=[tender]),
        bench.sale(who, bench.new("sale"), 50, tenders=[tender]),
        bench.redemption(who, 70),
    ]


async def one_sale_taken_back(bench: Bench) -> list[Message]:
    """Paid with points; cancelled, returned, exchanged, corrected, while the points it earned are spent."""
    who = await bench.member(100)
    sale = await bench.sold(who, 50, [await bench.tender(who, 40)])
    return [
        bench.cancel(sale),
        bench.cancel(sale),
        bench.goods_back(sale),
        bench.exchange(who, sale, []),
        bench.correction(sale, 20),
        bench.redemption(who, 110),
    ]


async def one_announced_return(bench: Bench) -> list[Message]:
    """It comes, and does not."""
    who, document = await bench.member(50), bench.new("back")
    sale = await bench.sold(who)
    announced = await bench.announced(sale, document)
    return [
        bench.withdrawal(announced),
        bench.withdrawal(announced),
        bench.goods_back(sale, document=document),
        bench.cancel(sale),
        bench.redemption(who, 60),
    ]


async def points_sent_round(bench: Bench) -> list[Message]:
    """Three members give each other all they have, while it is spent and taken."""
    ring = [await bench.member(60) for _ in range(3)]
    sent = [bench.transfer(giver, receiver, 60) for giver, receiver in zip(ring, ring[1:] + ring[:1], strict=True)]
    return [*sent, *(bench.redemption(who, 40) for who in ring), bench.adjustment(ring[0], -30)]


async def one_document_twice(bench: Bench) -> list[Message]:
    """Posted under several request ids, as the same and as another."""
    who, sale = await bench.member(), bench.new("sale")
    return [*(bench.sale(who, sale, 50) for _ in range(4)), bench.sale(who, sale, 60), bench.cancel(sale)]


SCENES: Mapping[str, Callable[[Bench], Awaitable[list[Message]]]] = {
    scene.__name__.replace("_", " "): scene
    for scene in (
        a_sale_its_returns_and_who_gives_them_up,
        a_sale_that_nobody_has_claimed,
        a_sale_to_nobody_and_returns_of_members,
        one_hold,
        one_redemption,
        one_sale_taken_back,
        one_announced_return,
        points_sent_round,
        one_document_twice,
    )
}
