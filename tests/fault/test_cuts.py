"""Connections are cut between the ledger and PostgreSQL and between a client and the ledger, with commands of every
kind under way at once: each is carried out once, and nobody has to help. The long form is in test_cuts_everywhere."""

import asyncio
from random import Random

import pytest

from tests.fault.cut_ledger import RECOVERED_WITHIN_SECONDS, CutLedger
from tests.fault.grpc_talk import CallCut, Stage
from tests.fault.postgres_talk import COMMIT, Cut, Moment

FIRST_STATEMENTS = 5
"""The shortest batch has about as many."""


async def test_whichever_statement_of_a_commit_is_cut(
    cut_ledger: CutLedger, random: Random, counted: list[str]
) -> None:
    points = [(number, random.choice(list(Moment))) for number in range(1, FIRST_STATEMENTS + 1)]
    done = 0
    for statement, moment in [*points, *((COMMIT, moment) for moment in Moment)]:
        deeds = await cut_ledger.ready_all()
        cut = cut_ledger.cuts.plan(Cut(cut_ledger.key(random.choice(deeds)), statement, moment))
        made = await asyncio.gather(*map(cut_ledger.do, deeds))
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
