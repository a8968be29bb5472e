"""Any process takes a command; the owner of its lane commits it, and the caller cannot tell the difference."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from ledger_service.use_cases.commit_ports import BatchStore
from ledger_service.use_cases.lane_ports import Packed
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.house import Shop, as_role, rows_of
from tests.integration.ledger.nodes import Node, Nodes, nodes_over
from tests.integration.ledger.stores import Slow
from tests.support.servers import Databases


@dataclass
class Pair:
    """One lane: its owner, and another process."""

    nodes: Nodes
    owner: Node
    other: Node
    slow: Slow
    shop: Shop

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        return await rows_of(self.nodes.database, query)


@pytest.fixture
async def pair(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Pair]:
    slow: list[Slow] = []

    def around(store: BatchStore) -> BatchStore:
        slow.append(Slow(store))
        return slow[0]

    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        nodes_over(servers, database, redis_url) as nodes,
    ):
        owner = await nodes.start(around)
        yield Pair(nodes, owner, await nodes.start(), slow[0], Shop())


async def test_a_command_is_committed_by_the_owner_of_its_lane(pair: Pair) -> None:
    [outcome] = await pair.other.done(pair.shop.sale("ana", "a1", 10))
    assert outcome.answer.wallet.balance == 10
    assert (pair.owner.owned, pair.other.owned) == ([0], [])


async def test_the_answer_is_the_one_the_owner_gave(pair: Pair) -> None:
    sale = pair.shop.sale("ana", "a1", 10)
    [elsewhere] = await pair.other.done(sale)
    [at_home] = await pair.owner.done(sale)
    assert (elsewhere.answer, elsewhere.replayed, at_home.replayed) == (at_home.answer, False, True)


async def test_a_repeat_elsewhere_hears_the_first_answer(pair: Pair) -> None:
    sale = pair.shop.sale("ana", "a1", 10)
    [first] = await pair.owner.done(sale)
    assert await pair.other.done(sale) == [replace(first, replayed=True)]


async def test_a_refusal_comes_back_as_it_was_given(pair: Pair) -> None:
    await pair.owner.done(pair.shop.sale("ana", "a1", 10))
    spend = pair.shop.spend("ana", 11)
    [elsewhere] = await pair.other.say(spend)
    [at_home] = await pair.owner.say(spend)
    assert isinstance(elsewhere, Refusal)
    assert isinstance(at_home, Refusal)
    assert elsewhere.reason == "INSUFFICIENT_POINTS"
    assert [getattr(elsewhere, name) for name in ("code", "domain", "message", "metadata")] == [
        getattr(at_home, name) for name in ("code", "domain", "message", "metadata")
    ]


async def test_what_queues_while_a_batch_is_away_goes_in_one_call(pair: Pair) -> None:
    await pair.other.done(*(pair.shop.sale(f"m{n % 7}", f"d{n}", 1) for n in range(200)))
    assert pair.other.peers.calls <= 3


async def test_sales_of_a_member_are_applied_in_order(pair: Pair) -> None:
    outcomes = await pair.other.done(*(pair.shop.sale("ana", f"d{n}", 1) for n in range(50)))
    assert [outcome.answer.wallet.version for outcome in outcomes] == list(range(1, 51))


async def test_who_does_not_own_a_lane_passes_nothing_on(pair: Pair) -> None:
    [heard] = await pair.owner.peers.submit(pair.other.lanes.keeper.process, [pair.shop.sale("ana", "a1", 10)])
    assert isinstance(heard, Refusal)
    assert (heard.reason, heard.retry_after_seconds) == ("LANE_UNOWNED", 1.0)
    assert await pair.rows("SELECT position FROM event") == []


async def test_a_wrong_guess_is_put_right(pair: Pair) -> None:
    # It says anew that it lives, which a busy machine may have kept it from.
    await pair.other.lanes.keeper.renew()
    await pair.owner.lanes.moves.move(0, pair.other.name)
    pair.other.lanes.keeper._survey = pair.owner.lanes.keeper._survey
    [outcome] = await pair.owner.done(pair.shop.sale("ana", "a1", 10))
    assert outcome.answer.position == (0, 1)


async def test_a_lane_that_nobody_owns_is_refused_with_a_time_to_come_back(pair: Pair) -> None:
    await pair.owner.crash()
    url = pair.nodes.database.owner_url
    await as_role(url, "UPDATE head SET owner = 'old version', lease_until = 'infinity', epoch = epoch + 1")
    await pair.other.lanes.keeper.renew()
    began = asyncio.get_running_loop().time()
    [heard] = await pair.other.say(pair.shop.sale("ana", "a1", 10))
    assert isinstance(heard, Refusal)
    assert (heard.reason, heard.retry_after_seconds) == ("LANE_UNOWNED", 1.0)
    assert asyncio.get_running_loop().time() - began < 2


async def test_a_lost_reply_is_unavailable_and_the_repeat_changes_nothing(pair: Pair) -> None:
    sale = pair.shop.sale("ana", "a1", 10)
    pair.other.peers.lost = 1
    [heard] = await pair.other.say(sale)
    assert isinstance(heard, Refusal)
    assert (heard.reason, heard.transient) == ("UNAVAILABLE", True)
    [again] = await pair.other.done(sale)
    assert again.replayed
    assert await pair.rows("SELECT balance FROM wallet") == [(10,)]


async def test_a_caller_that_goes_away_does_not_undo_what_the_owner_writes(pair: Pair) -> None:
    pair.slow.after = True
    sale = pair.shop.sale("ana", "a1", 10)
    waiting = asyncio.create_task(pair.other.say(sale))
    await pair.slow.reached.wait()
    waiting.cancel()
    await asyncio.wait([waiting])
    pair.slow.go_on.set()
    [again] = await pair.other.done(sale)
    assert again.replayed


async def test_a_deadline_between_the_processes_does_not_cancel_the_commit(pair: Pair) -> None:
    hasty = await pair.nodes.start(call_seconds=0.3)
    pair.slow.after = True
    sale = pair.shop.sale("ana", "a1", 10)
    [heard] = await hasty.say(sale)
    assert isinstance(heard, Refusal)
    assert heard.reason == "DEADLINE_EXCEEDED"
    pair.slow.go_on.set()
    [again] = await pair.owner.done(sale)
    assert again.replayed


async def test_a_command_of_another_version_is_not_understood_and_disturbs_nobody(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = pair.other.peers._wire._codec
    real = codec.pack

    def packed(command: object) -> Packed:
        one = real(command)  # type: ignore[arg-type]
        return Packed("OfTomorrow", one.body) if one.kind == "RedeemPoints" else one

    monkeypatch.setattr(codec, "pack", packed)
    [refused, done] = await pair.other.say(pair.shop.spend("bo", 1), pair.shop.sale("ana", "a1", 10))
    assert isinstance(refused, Refusal)
    assert refused.reason == "UNAVAILABLE"
    assert isinstance(done, Outcome)
