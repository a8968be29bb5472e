"""Deeds of goods that come back."""

from tests.fault.deeds.bench import Bench, Deed


async def goods_back(bench: Bench) -> Deed:
    who = await bench.member()
    return Deed.of(bench.goods_back(await bench.sold(who)), who)


async def parked_return(bench: Bench) -> Deed:
    """Its sale has not come."""
    who = await bench.member(100)
    return Deed.of(bench.goods_back(bench.new("sale"), who), who)


async def awaited_sale(bench: Bench) -> Deed:
    """The sale that a parked return waits for."""
    who, sale = await bench.member(), bench.new("sale")
    await bench.parked(who, sale)
    return Deed.of(bench.sale(who, sale, 50), who)


async def rejection(bench: Bench) -> Deed:
    """A parked return is rejected by hand."""
    who = await bench.member(100)
    return Deed.of(bench.rejection(await bench.parked(who, bench.new("sale"))), who)


async def announcement(bench: Bench) -> Deed:
    who = await bench.member()
    return Deed.of(bench.announcement(await bench.sold(who)), who)


async def withdrawal(bench: Bench) -> Deed:
    """An announced return is cancelled."""
    who = await bench.member()
    return Deed.of(bench.withdrawal(await bench.announced(await bench.sold(who))), who)


async def cancel(bench: Bench) -> Deed:
    """A sale paid with points is cancelled."""
    who = await bench.member(100)
    return Deed.of(bench.cancel(await bench.sold(who, 50, [await bench.tender(who, 40)])), who)


async def exchange(bench: Bench) -> Deed:
    """What is taken instead is paid with points."""
    who = await bench.member(100)
    return Deed.of(bench.exchange(who, await bench.sold(who), [await bench.tender(who, 40)]), who)
