"""Many merges and unmerges at once: nobody is told of a deadlock, nothing goes round, the feed is the truth."""

import asyncio
import random
from itertools import pairwise

import asyncpg

from chassis.values.refusal import Refusal
from identity_service.domain.members import MemberKey
from identity_service.use_cases.ports import Changes
from identity_service.use_cases.set_profile import root_of
from identity_service.use_cases.stream_links import LinkProgress, StreamLinks
from tests.integration.identity.merging.forest import CALLER, Forest, Model

TASKS = 16
EACH = 12


async def attempt(work: object) -> str:
    try:
        await work  # type: ignore[misc]
    except Refusal as refusal:
        return refusal.reason
    return "DONE"


async def test_a_into_b_and_b_into_a_at_once(forest: Forest, sql: asyncpg.Connection) -> None:
    for _ in range(8):
        a, b = await forest.plant(sql, 2)
        outcomes = await asyncio.gather(attempt(forest.merge(a, b)), attempt(forest.merge(b, a)))
        assert sorted(outcomes) == ["ALREADY_MERGED", "DONE"]
        resolved = await forest.resolve([a, b])
        assert resolved[a].root_member_id == resolved[b].root_member_id


async def test_one_request_many_times_at_once(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b = await forest.plant(sql, 2)
    changes = await asyncio.gather(*(forest.merge(a, b, "at-once") for _ in range(8)))
    assert len({change.position for change in changes}) == 1


async def test_a_random_crowd(forest: Forest, sql: asyncpg.Connection) -> None:
    members = await forest.plant(sql, 9)
    start = len(await forest.changes())
    end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    streamed = asyncio.create_task(follow(forest, start, end))

    async def crowd(seed: int) -> list[str]:
        chance = random.Random(seed)
        outcomes = []
        for _ in range(EACH):
            one, other = chance.sample(members, 2)
            work = forest.merge(one, other) if chance.random() < 0.6 else forest.unmerge(one)
            outcomes.append(await attempt(work))
        return outcomes

    outcomes = [outcome for told in await asyncio.gather(*map(crowd, range(TASKS))) for outcome in told]
    assert set(outcomes) <= {"DONE", "ALREADY_MERGED", "NOT_MERGED"}
    changes = await forest.changes(after=start)
    assert [change.position for change in changes] == list(range(start + 1, start + 1 + outcomes.count("DONE")))
    assert all(one.change_time <= other.change_time for one, other in pairwise(changes))
    model = Model(members)
    model.replay(changes)
    links = await sql.fetch("SELECT member_id, survivor_member_id FROM member_link WHERE member_id = ANY($1)", members)
    assert {row["member_id"]: row["survivor_member_id"] for row in links} == model.parent
    resolved = await forest.resolve(members)
    assert {member: resolved[member].root_member_id for member in members} == {
        member: model.root(member) for member in members
    }
    last = await forest.merge(*await forest.plant(sql, 2))
    end.set_result(last.position)
    await forest.merge(*await forest.plant(sql, 2))
    told = await asyncio.wait_for(streamed, 5)
    assert told[: len(changes)] == changes
    assert told[len(changes)] == last


async def test_a_stream_in_another_process_hears_of_it_within_a_second(forest: Forest, sql: asyncpg.Connection) -> None:
    elsewhere = Forest.over(forest.database)
    a, b = await forest.plant(sql, 2)
    stream = StreamLinks(elsewhere.feed)(CALLER, [], {"grove": len(await forest.changes())}, stop_at_head=False)
    assert isinstance(await anext(stream), LinkProgress)
    coming = asyncio.ensure_future(anext(stream))
    change = await forest.merge(a, b)
    assert await asyncio.wait_for(coming, 1) == change


async def test_a_profile_written_during_a_merge_belongs_to_the_root(forest: Forest, sql: asyncpg.Connection) -> None:
    a, b = await forest.plant(sql, 2)
    holding = asyncio.Event()

    async def write(changes: Changes) -> MemberKey:
        holding.set()
        return await root_of(changes, MemberKey.of("grove", b))

    async with sql.transaction():
        await sql.execute("SELECT FROM member WHERE member_id = $1 FOR NO KEY UPDATE", b)
        merging = asyncio.create_task(forest.merge(a, b))
        await asyncio.sleep(0.05)
        writing = asyncio.create_task(forest.members.change(write))
        await holding.wait()
        await asyncio.sleep(0.05)
    await merging
    assert (await writing).member_id == a


async def follow(forest: Forest, after: int, end: asyncio.Future[int]) -> list[object]:
    """What the stream tells up to the end, which is known once the crowd is done."""
    told: list[object] = []
    stream = StreamLinks(forest.feed)(CALLER, ["grove"], {"grove": after}, stop_at_head=False)
    async for item in stream:
        if not isinstance(item, LinkProgress):
            told.append(item)
        if end.done() and after + len(told) >= end.result():
            break
    return told
