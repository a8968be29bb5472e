"""The way back from the pool: open until something crosses the border, exactly, and the books are as before."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import ledger_service_pb2, pooling_pb2, redemption_requests_pb2

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.integration.mesh.conftest import BASKET
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.importing import points
from tests.integration.mesh.pooling import Pool, move, open_pool
from tests.support.mesh import Till, line, member, moment, open_till

ROUNDS = 16
TILLS = 3


@pytest_asyncio.fixture(scope="session")
async def shop(stack: LocalStack) -> AsyncIterator[Till]:
    """A till in a program of its own: what has left bars locations."""
    async with open_till(stack, "way-back") as till:
        await till.apply(BASKET, "worked-basket")
        await till.known()
        yield till
        assert await till.broken() == []


@pytest_asyncio.fixture(scope="session")
async def pool(stack: LocalStack, shop: Till) -> AsyncIterator[Pool]:
    """Headquarters of it."""
    await shop.enroll("WAYBACK000")
    await shop.known()
    async with open_pool(stack, shop) as pool:
        yield pool


async def spent(shop: Till, buyer: str, points: int, location: str, brand: str = "LINDEN") -> str:
    """Spends points; the reason if that is refused."""
    try:
        await shop.redeem(buyer, points, location, brand)
    except Refusal as refusal:
        return refusal.reason
    return ""


async def test_what_nobody_spent_elsewhere_goes_back(shop: Till, pool: Pool) -> None:
    people = await pool.join("loft", {"l1": 300, "l2": 40}, ["linden-1"])
    await shop.redeem(people["l1"], 100, "linden-1", "LINDEN")
    assert not (await pool.found("loft")).HasField("cross_spend")
    assert await pool.leave("loft") == "LOCAL"
    assert [(await shop.wallet(one)).wallet.balance for one in people.values()] == [0, 0]
    back = {
        one.member_id: (one.new_points, one.withdrawn_points, one.old_points) for one in await pool.withdrawn("loft")
    }
    assert back == {people["l1"]: (300, 200, 400), people["l2"]: (40, 40, 80)}
    found = await pool.found("loft")
    states = [pooling_pb2.PoolingState.Name(one.to_state).removeprefix("POOLING_STATE_") for one in found.changes]
    assert states == ["REQUESTED", "SHADOW", "POOLED", "LEAVING", "LOCAL"]
    assert list(found.location_ids) == ["linden-1"]
    # Its locations are its own again, and its points are not spent any more.
    other = await shop.enroll("WAYBACK1")
    await shop.sell(other, "loft-1", "north-1", [line(1, "NORTH", 50000)])
    assert await spent(shop, other, 300, "linden-1") == "POOLING_STATE"
    # Whoever comes again begins anew.
    await move(pool.stub, shop, "loft", "REQUESTED")


async def test_what_a_return_gives_back_after_the_way_back_goes_on_to_the_existing_program(
    shop: Till, pool: Pool
) -> None:
    """Goods bought while it was pooled, with its points and at its shop, come back when it has left."""
    [buyer] = (await pool.join("hut", {"h1": 300}, ["harbor-1"])).values()
    counter = Counter(shop, "hut", "harbor-1")
    positions = await shop.net_positions()
    for number in (1, 2):
        tender = await counter.set_aside(buyer, 100, "HARBOR")
        document = shop.order(f"hut-{number}", "harbor-1", [line(1, "HARBOR", 9800), line(2, "HARBOR", 9800)])
        await shop.mesh.ledger.PostOrder(
            ledger_service_pb2.PostOrderRequest(
                program_id=shop.program,
                request_id=f"hut-{number}",
                member=member(buyer),
                order=document,
                tenders=[tender],
            )
        )
    assert await pool.leave("hut") == "LOCAL"
    [left] = await pool.withdrawn("hut")
    assert left.withdrawn_points == 100
    earned = (await shop.wallet(buyer)).wallet.balance

    first = await counter.bring("r1", share("hut-1", 1))
    second = await counter.bring("r2", share("hut-1", 2))
    whole = await counter.cancel_sale("hut-2")
    for answer in (first, second, whole):
        shop._saw(answer.position)

    # Each restore is exact and goes on: nobody can spend what is not the program's, and the old program can be told.
    assert sum(each.points for answer in (first, second) for each in answer.restored) == 100
    [back] = await pool.withdrawn("hut")
    assert (back.withdrawn_points, back.old_points) == (300, 600)
    assert earned > 0
    assert (await shop.wallet(buyer)).wallet.balance == 0
    assert await spent(shop, buyer, 100, "harbor-1", "HARBOR") == "INSUFFICIENT_POINTS"
    assert await shop.net_positions() == positions
    assert await shop.broken() == []


async def test_points_that_are_held_go_back_when_the_hold_has_ended(shop: Till, pool: Pool) -> None:
    people = await pool.join("barge", {"b1": 300, "b2": 40}, ["peak-1"])
    tender = await Counter(shop, "barge", "peak-1").set_aside(people["b1"], 100, "PEAK")
    waits = await move(pool.stub, shop, "barge", "LOCAL", "leave-barge")
    assert waits.to_state == pooling_pb2.POOLING_STATE_LEAVING
    assert [(await shop.wallet(one)).wallet.balance for one in people.values()] == [300, 0]
    # Nothing new comes meanwhile.
    staged = await pool.migration.stage("barge-more", "barge", [points(1, "b1", 10)], {"NORTH": (1, 1)})
    with pytest.raises(Refusal) as refusal:
        await pool.migration.commit("barge-more", staged.totals)
    assert refusal.value.reason == "IMPORT_STATE"
    # What was promised is kept; what was not is not spent any more.
    assert await spent(shop, people["b1"], 100, "peak-1", "PEAK") == "INSUFFICIENT_POINTS"
    other = await shop.enroll("WAYBACK3")
    await shop.sell(other, "barge-1", "north-1", [line(1, "NORTH", 50000)])
    assert await spent(shop, other, 300, "peak-1", "PEAK") == "SOURCE_LEAVING"
    await shop.mesh.ledger.VoidRedemption(
        redemption_requests_pb2.VoidRedemptionRequest(
            program_id=shop.program,
            request_id="void-barge",
            authorization_id=tender.authorization_id,
            member=member(people["b1"]),
            occur_time=moment(shop.now),
        )
    )
    back = await move(pool.stub, shop, "barge", "LOCAL", "leave-barge")
    assert back.to_state == pooling_pb2.POOLING_STATE_LOCAL
    assert back == await move(pool.stub, shop, "barge", "LOCAL", "leave-barge")
    shop._saw(back.position)
    assert sorted(one.withdrawn_points for one in await pool.withdrawn("barge")) == [40, 300]


@pytest.mark.parametrize(
    ("source", "buyer", "location"), [("yurt", "its own", "mall-1"), ("tent", "another", "north-1")]
)
async def test_what_crosses_the_border_ends_the_way_back(
    shop: Till, pool: Pool, source: str, buyer: str, location: str
) -> None:
    people = await pool.join(source, {"y1": 300}, ["north-1"] if buyer == "its own" else ["mall-1"])
    spender = people["y1"]
    if buyer == "another":
        spender = await shop.enroll("WAYBACK2")
        await shop.sell(spender, "tent-1", "north-1", [line(1, "NORTH", 50000)])
    redeemed = await shop.redeem(spender, 300, "mall-1", "LINDEN")
    assert await pool.leave(source) == "CROSS_SPEND_HAPPENED"
    first = (await pool.found(source)).cross_spend
    assert (first.redemption_id, first.location_id) == (redeemed.redemption.redemption_id, "mall-1")
    assert (await pool.found(source)).state == pooling_pb2.POOLING_STATE_POOLED
    await move(pool.stub, shop, "none-" + source, "REQUESTED")


async def test_spending_and_leaving_at_once_one_of_both_happens(shop: Till, pool: Pool) -> None:
    chance = random.Random(7)
    await asyncio.gather(*(one_race(shop, pool, number, chance) for number in range(ROUNDS)))
    assert await shop.broken() == []


async def one_race(shop: Till, pool: Pool, number: int, chance: random.Random) -> None:
    source = f"race{number}"
    balances = {f"r{one}": 300 for one in range(TILLS)}
    people = await pool.join(source, balances)

    async def till(buyer: str, late: float) -> str:
        await asyncio.sleep(late)
        return await spent(shop, buyer, 300, "mall-1")

    async def office(late: float) -> str:
        await asyncio.sleep(late)
        return await pool.leave(source)

    arrived, *outcomes = await asyncio.gather(
        office(chance.uniform(0, 0.02)), *(till(one, chance.uniform(0, 0.04)) for one in people.values())
    )
    found = await pool.found(source)
    # Never both: whoever spends is waited for and ends the way back, or comes later and finds nothing.
    if arrived == "LOCAL":
        assert set(outcomes) == {"INSUFFICIENT_POINTS"}
        assert not found.HasField("cross_spend")
        assert sum(one.withdrawn_points for one in await pool.withdrawn(source)) == 300 * TILLS
    else:
        assert arrived == "CROSS_SPEND_HAPPENED"
        assert set(outcomes) == {""}
        assert found.HasField("cross_spend")
        assert found.state == pooling_pb2.POOLING_STATE_POOLED
    assert {(await shop.wallet(one)).wallet.balance for one in people.values()} == {0}
