"""Connections are cut between the ledger and PostgreSQL and between a client and the ledger, with commands of every
kind under way at once: each is carried out once, and nobody has to help. The long form is in test_cuts_everywhere."""

import asyncio
from random import Random

import pytest

from tests.fault.cut_ledger import RECOVERED_WITHIN_SECONDS, CutLedger
from tests.fault.deeds import KINDS, Bench, intent_of
from tests.fault.grpc_talk import CallCut, Stage
from tests.fault.histories import Historian, out_of_order
from tests.fault.postgres_talk import COMMIT, Cut, Moment
from tests.fault.rivals import SCENES
from tests.load.shopper import Shopper

FIRST_STATEMENTS = 5
"""The shortest batch has about as many."""
ABANDONED = 3
RACES = 5
MEMBERS, CLIENTS, STEPS = 4, 8, 20


async def test_whichever_statement_of_a_commit_is_cut(
    cut_ledger: CutLedger, random: Random, counted: list[str]
) -> None:
    points = [(number, random.choice(list(Moment))) for number in random.sample(range(1, FIRST_STATEMENTS + 1), 3)]
    done = 0
    for statement, moment in [*points, *((COMMIT, moment) for moment in Moment)]:
        deeds = await cut_ledger.ready_all()
        cut = cut_ledger.cuts.plan(Cut(cut_ledger.key(random.choice(deeds)), statement, moment))
        abandoned = await asyncio.gather(*map(cut_ledger.ready, random.sample(list(KINDS), ABANDONED)))
        giving_up = asyncio.gather(*map(cut_ledger.abandon, abandoned))
        made = await asyncio.gather(*map(cut_ledger.do, deeds))
        await giving_up
        assert max(one.seconds for one in made) < RECOVERED_WITHIN_SECONDS
        done += cut.done.is_set()
    counted.append(f"{done} cuts of commits, {len(cut_ledger.made)} commands")
    assert done >= len(Moment)
    await cut_ledger.prove()


async def test_wherever_a_clients_call_breaks(cut_ledger: CutLedger, random: Random, counted: list[str]) -> None:
    for stage in Stage:
        deeds = await cut_ledger.ready_all()
        cut = cut_ledger.call_cuts.plan(CallCut.at(stage, random))
        made = await asyncio.gather(*(cut_ledger.do(deed, cut_ledger.cut_mesh) for deed in deeds))
        assert cut.done.is_set() or stage is Stage.HALF_ANSWERED
        assert max(one.seconds for one in made) < RECOVERED_WITHIN_SECONDS
    replayed = sum(one.told.replayed for one in cut_ledger.made)
    counted.append(f"{len(Stage)} cuts of calls, {len(cut_ledger.made)} commands, {replayed} had been carried out")
    await cut_ledger.prove()


@pytest.mark.parametrize("awaited", [Moment.SENT, Moment.ANSWERED])
async def test_points_that_left_arrive_although_the_second_commit_is_cut(
    cut_ledger: CutLedger, awaited: Moment
) -> None:
    deed = await cut_ledger.ready("transfer")
    cut = cut_ledger.cuts.plan(Cut(cut_ledger.key(deed, claim=1), COMMIT, awaited))
    await cut_ledger.do(deed)
    assert cut.done.is_set()
    await cut_ledger.prove()


async def test_a_request_that_was_voided_never_succeeds(cut_ledger: CutLedger, random: Random) -> None:
    """Whichever comes first, asking again changes nothing."""
    deeds = [await cut_ledger.ready(kind) for kind in ("void before", "restore before") * RACES]
    for deed in deeds:
        late = cut_ledger.late(deed)
        meshes = [cut_ledger.till.mesh, cut_ledger.cut_mesh]
        first = await asyncio.gather(*(cut_ledger.ask(random.choice(meshes), one) for one in [late, late, deed.intent]))
        again = [await cut_ledger.ask(random.choice(meshes), one) for one in [late, late, deed.intent]]
        assert again == first
        assert (await cut_ledger.till.wallet(deed.members[0])).wallet.available == 100


async def test_concurrent_histories_are_those_of_some_order(
    cut_ledger: CutLedger, random: Random, counted: list[str]
) -> None:
    """Everything of this program, through all cuts."""
    members = [await cut_ledger.till.enroll(f"SHOPPER-{number}") for number in range(MEMBERS)]
    historian = Historian([cut_ledger.till.mesh, cut_ledger.cut_mesh], random, [])
    shoppers = [
        Shopper(f"S{number}", cut_ledger.till.program, members, Random(random.random()), most_members=0)
        for number in range(CLIENTS)
    ]
    await asyncio.gather(*(historian.shop(shopper, STEPS) for shopper in shoppers))
    for scene in SCENES.values():
        requests = await scene(Bench(cut_ledger.till))
        await historian.all_at_once([intent_of(request) for request in requests])
    assert out_of_order(historian.calls) == []
    replay = await cut_ledger.replay(historian.calls)
    counted.append(f"{len(historian.calls)} calls; {replay.replayed} events and {replay.refused} refusals replayed")
