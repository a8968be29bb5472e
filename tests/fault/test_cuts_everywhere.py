"""Each kind of command alone, cut at every statement of its transaction and at every stage of its call; connections
that fall silent; a database that stays away.

Before COMMIT has left nothing happened, after its answer was lost everything did, and in between one of the two.
"""

import asyncio
import time
from random import Random

import pytest

from chassis.values.ids import bucket_of, partition_of
from tests.fault.cut_ledger import RECOVERED_WITHIN_SECONDS, CutLedger, Made
from tests.fault.deeds import KINDS, Deed
from tests.fault.grpc_talk import CallCut, Stage
from tests.fault.many_ledgers import PARTITIONS
from tests.fault.postgres_talk import COMMIT, Cut, Moment

pytestmark = pytest.mark.fault

LONGEST_BATCH = 30
"""No batch has as many statements, even where the driver asks for types first."""
HANGS_SECONDS = 20.0
"""A statement has 10 s, and 2 more before the connection is given up; what it had locked is free after 15 s."""
AWAY_ROUNDS = 10


def check(made: Made, cut: Cut) -> None:
    """It was carried out before the cut exactly if its COMMIT got through."""
    if made.told.answer.refusal is not None:
        return
    if cut.statement != COMMIT or cut.moment is Moment.BEFORE:
        assert not made.told.replayed
    elif cut.moment is Moment.ANSWERED:
        assert made.told.replayed


@pytest.mark.parametrize("kind", KINDS)
async def test_a_command_of_each_kind_at_every_statement(cut_ledger: CutLedger, kind: str, counted: list[str]) -> None:
    done, longest = 0, 0.0
    claims = len((await cut_ledger.ready(kind)).claims)
    for claim in range(claims):
        for moment in Moment:
            for statement in (COMMIT, *range(1, LONGEST_BATCH)):
                deed = await cut_ledger.ready(kind)
                cut = cut_ledger.cuts.plan(Cut(cut_ledger.key(deed, claim), statement, moment))
                made = await cut_ledger.do(deed)
                assert made.seconds < RECOVERED_WITHIN_SECONDS
                if not cut.done.is_set():
                    break
                if claim == 0:
                    check(made, cut)
                done, longest = done + 1, max(longest, made.seconds)
    counted.append(f"{kind}: {done} cuts, each answered after {longest:.2f} s at most")
    await cut_ledger.prove()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_command_of_each_kind_wherever_its_call_breaks(
    cut_ledger: CutLedger, kind: str, random: Random, counted: list[str]
) -> None:
    longest = 0.0
    for stage in Stage:
        deed = await cut_ledger.ready(kind)
        cut = cut_ledger.call_cuts.plan(CallCut.at(stage, random))
        made = await cut_ledger.do(deed, cut_ledger.cut_mesh)
        assert made.seconds < RECOVERED_WITHIN_SECONDS
        longest = max(longest, made.seconds)
        if made.told.answer.refusal is None:
            assert cut.done.is_set()
            assert stage not in (Stage.NOTHING_SENT, Stage.HALF_SENT) or not made.told.replayed
            assert stage not in (Stage.ANSWERED, Stage.HALF_ANSWERED) or made.told.replayed
    counted.append(f"{kind}: {len(Stage)} cuts of its call, each answered after {longest:.2f} s at most")
    await cut_ledger.prove()


def partition(ledger: CutLedger, deed: Deed) -> int:
    """The lane of a deed."""
    return partition_of(bucket_of(ledger.till.program, deed.members[0]), PARTITIONS)


async def in_each_lane(ledger: CutLedger, kind: str) -> list[Deed]:
    """A deed of a kind for each lane, in their order."""
    found: dict[int, Deed] = {}
    while len(found) < PARTITIONS:
        deed = await ledger.ready(kind)
        found.setdefault(partition(ledger, deed), deed)
    return [found[number] for number in range(PARTITIONS)]


@pytest.mark.parametrize("kind", ["sale with tenders", "redemption", "awaited sale"])
async def test_a_connection_that_falls_silent_holds_up_its_lane_alone_and_not_for_ever(
    cut_ledger: CutLedger, kind: str, counted: list[str]
) -> None:
    *hanging, free = await in_each_lane(cut_ledger, kind)
    points = ((2, Moment.BEFORE), (COMMIT, Moment.SENT), (COMMIT, Moment.ANSWERED))
    cuts = [
        cut_ledger.cuts.plan(Cut(cut_ledger.key(deed), statement, moment, silent=True))
        for deed, (statement, moment) in zip(hanging, points, strict=True)
    ]
    calls = [asyncio.create_task(cut_ledger.do(deed)) for deed in hanging]
    for cut in cuts:
        await cut.done.wait()
    assert (await cut_ledger.do(free)).seconds < RECOVERED_WITHIN_SECONDS
    made = await asyncio.gather(*calls)
    assert max(one.seconds for one in made) < HANGS_SECONDS
    assert [one.told.replayed for one in made] == [False, True, True]
    counted.append(f"{kind}: silent connections, answered after {max(one.seconds for one in made):.2f} s at most")
    await cut_ledger.prove()


async def test_a_database_that_is_away_for_a_while(cut_ledger: CutLedger, random: Random, counted: list[str]) -> None:
    longest = 0.0
    for _ in range(AWAY_ROUNDS):
        deeds = await cut_ledger.ready_all()
        calls = [asyncio.create_task(cut_ledger.do(deed)) for deed in deeds]
        await asyncio.sleep(random.uniform(0, 0.15))
        await cut_ledger.database.away(random.uniform(0.1, 4.0))
        back = time.monotonic()
        await asyncio.gather(*calls)
        longest = max(longest, time.monotonic() - back)
        assert longest < RECOVERED_WITHIN_SECONDS
    counted.append(f"PostgreSQL away {AWAY_ROUNDS} times: all answered {longest:.2f} s later at most")
    await cut_ledger.prove()
