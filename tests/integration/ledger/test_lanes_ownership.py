"""Lanes are shared by the processes that live, taken over from those that died, and moved on request."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from loyalty.ledger.v1 import lane_service_pb2 as messages
from loyalty.ledger.v1.lane_service_pb2_grpc import LaneServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from ledger_service.lanes.keeper import LEASE_SECONDS, RENEW_SECONDS
from tests.integration.ledger.house import Shop, as_role, rows_of
from tests.integration.ledger.nodes import Node, Nodes, nodes_over
from tests.support.servers import Databases

_LANES = messages.DESCRIPTOR.services_by_name["LaneService"]


@pytest.fixture
async def nodes(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Nodes]:
    """Over four lanes."""
    async with databases.fresh("ledger") as database, nodes_over(servers, database, redis_url) as nodes:
        yield nodes


async def move(nodes: Nodes, node: Node, partition: int, to: str, role: str = "HEADQUARTERS_ADMIN") -> str:
    """Asks a process to move a lane; who owns it then."""
    token = nodes.token(role)
    async with connect(PLAIN.peer(node.lanes.keeper.process.address), _LANES, lambda: token) as channel:
        answer = await LaneServiceStub(channel).MoveLane(messages.MoveLaneRequest(partition=partition, to_process=to))
        owner: str = answer.lane.owner.name
        return owner


async def test_a_process_alone_owns_every_lane(nodes: Nodes) -> None:
    assert (await nodes.start()).owned == [0, 1, 2, 3]


async def test_newcomers_get_their_share_by_asking(nodes: Nodes) -> None:
    for shares in ((4,), (2, 2), (1, 1, 2)):
        await nodes.start()
        assert await nodes.until_shared(*shares) < RENEW_SECONDS


async def test_more_processes_than_lanes_are_in_order_and_forward(nodes: Nodes) -> None:
    for _ in range(5):
        await nodes.start()
    await nodes.until_shared(0, 1, 1, 1, 1)
    [idle] = [node for node in nodes.started if not node.owned]
    await idle.done(Shop().sale("ana", "a1", 10))


async def test_a_process_that_leaves_hands_its_lanes_over_at_once(nodes: Nodes) -> None:
    first, second, third = [await nodes.start() for _ in range(3)]
    await nodes.until_shared(1, 1, 2)
    began = asyncio.get_running_loop().time()
    await first.lanes.moves.leave()
    heard = await second.say(*(Shop().sale(f"m{n}", f"d{n}", 1) for n in range(40)))
    assert [one for one in heard if isinstance(one, BaseException)] == []
    assert asyncio.get_running_loop().time() - began < RENEW_SECONDS
    await nodes.until(lambda: sorted(len(node.owned) for node in (second, third)) == [2, 2])
    assert first.owned == []


async def test_who_has_left_still_forwards(nodes: Nodes) -> None:
    first, _ = [await nodes.start() for _ in range(2)]
    await first.lanes.moves.leave()
    await first.done(*(Shop().sale(f"m{n}", f"d{n}", 1) for n in range(20)))


async def test_who_leaves_alone_serves_to_the_end(nodes: Nodes) -> None:
    alone = await nodes.start()
    await alone.lanes.moves.leave()
    await alone.done(*(Shop().sale(f"m{n}", f"d{n}", 1) for n in range(20)))


async def test_a_successor_finds_free_lanes_after_a_clean_end(nodes: Nodes) -> None:
    await (await nodes.start()).drain()
    began = asyncio.get_running_loop().time()
    assert (await nodes.start()).owned == [0, 1, 2, 3]
    assert asyncio.get_running_loop().time() - began < LEASE_SECONDS


async def test_a_lane_is_moved_on_request_and_stays(nodes: Nodes) -> None:
    first, second = [await nodes.start() for _ in range(2)]
    await nodes.until_shared(2, 2)
    partition = first.owned[0]
    assert await move(nodes, first, partition, second.name) == second.name
    await asyncio.sleep(1.2 * RENEW_SECONDS)
    assert partition in second.owned
    assert len(second.owned) == 3


async def test_any_process_may_be_asked_to_move_a_lane(nodes: Nodes) -> None:
    first, second, third = [await nodes.start() for _ in range(3)]
    await nodes.until_shared(1, 1, 2)
    partition = second.owned[0]
    assert await move(nodes, third, partition, first.name) == first.name
    await nodes.until(lambda: partition in first.owned)


async def test_moving_a_lane_begins_a_new_epoch(nodes: Nodes) -> None:
    first, second = [await nodes.start() for _ in range(2)]
    await nodes.until_shared(2, 2)
    partition = first.owned[0]
    query = f"SELECT epoch FROM head WHERE partition = {partition}"
    [(before,)] = await rows_of(nodes.database, query)
    await move(nodes, first, partition, second.name)
    assert await rows_of(nodes.database, query) == [(before + 1,)]  # type: ignore[operator]


async def test_a_move_to_nobody_is_refused_and_the_lane_goes_on(nodes: Nodes) -> None:
    alone = await nodes.start()
    with pytest.raises(Refusal) as refused:
        await move(nodes, alone, 0, "nobody")
    assert refused.value.reason == "PROCESS_NOT_FOUND"
    await alone.done(*(Shop().sale(f"m{n}", f"d{n}", 1) for n in range(20)))


async def test_a_lane_that_does_not_exist_cannot_be_moved(nodes: Nodes) -> None:
    alone = await nodes.start()
    with pytest.raises(Refusal) as refused:
        await move(nodes, alone, 4, alone.name)
    assert refused.value.reason == "MALFORMED"


async def test_a_till_may_neither_move_lanes_nor_submit_commands(nodes: Nodes) -> None:
    alone, token = await nodes.start(), nodes.token("POS")
    with pytest.raises(Refusal) as refused:
        await move(nodes, alone, 0, alone.name, role="POS")
    assert refused.value.reason == "ROLE_NOT_ALLOWED"
    async with connect(PLAIN.peer(alone.lanes.keeper.process.address), _LANES, lambda: token) as channel:
        with pytest.raises(Refusal) as refused:
            await LaneServiceStub(channel).SubmitCommands(messages.SubmitCommandsRequest())
    assert refused.value.reason == "ROLE_NOT_ALLOWED"


async def test_who_was_silent_for_longer_than_a_lease_asks_for_its_share_anew(nodes: Nodes) -> None:
    first, second = [await nodes.start() for _ in range(2)]
    await nodes.until_shared(2, 2)
    frozen = first.lanes.keeper
    async with frozen._seats:
        gone = f"UPDATE head SET lease_until = '-infinity' WHERE owner = '{first.name}'"
        await as_role(nodes.database.owner_url, gone, f"DELETE FROM process WHERE name = '{first.name}'")
        await nodes.until(lambda: len(second.owned) == 4)
        frozen._alive_until = 0.0
    await nodes.until_shared(2, 2)


async def test_lanes_that_move_under_load_lose_double_and_reorder_nothing(nodes: Nodes) -> None:
    three, shop = [await nodes.start() for _ in range(3)], Shop()
    moves = 0

    async def wander() -> None:
        nonlocal moves
        while moves < 12:
            giver, taker = (three[(moves + n) % 3] for n in range(2))
            for partition in giver.owned[:1]:
                await giver.lanes.moves.move(partition, taker.name)
            moves += 1
            await asyncio.sleep(0.03)

    async def sell(node: Node, member: str) -> int:
        """Ten sales of one member in one go, again and again, as a till's batches bring them. The caller hears nothing
        of the moves, as long as the machine is not so busy that waiting for a lane takes longer than callers wait; how
        many sales."""
        sales = 0
        while moves < 12:
            outcomes = await node.done(*(shop.sale(member, f"{member}-{sales + n}", 1) for n in range(10)))
            assert [outcome.answer.wallet.version for outcome in outcomes] == list(range(sales + 1, sales + 11))
            sales += 10
        return sales

    wandering = asyncio.create_task(wander())
    members = [f"m{n:02}" for n in range(9)]
    sold = await asyncio.gather(*(sell(three[n % 3], member) for n, member in enumerate(members)))
    await wandering
    gaps = "SELECT partition FROM event GROUP BY partition HAVING count(*) <> max(position)"
    assert await rows_of(nodes.database, gaps) == []
    assert await rows_of(nodes.database, "SELECT balance FROM wallet ORDER BY member") == [(one,) for one in sold]
