"""What a merge and an unmerge cost the ledger: the same for ten accruals and for ten thousand."""

import time
from dataclasses import replace
from datetime import date

import pytest

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import LinkHomes
from tests.bench.desk import PROGRAM, Desk
from tests.bench.filling import Group, fill
from tests.support.engine import Engine, open_engine
from tests.support.links import Links
from tests.support.pure_ledger import PureLedger
from tests.support.servers import Databases

FEW, MANY = Group("few", 2, 10, 10), Group("many", 2, 10_000, 10_000)
TURNS = 60
SLACK = 1.5
"""How much the median of one may be above that of the other: both are a few milliseconds of a machine in use."""


@pytest.mark.soak
async def test_a_merge_costs_the_same_for_ten_accruals_and_for_ten_thousand(
    databases: Databases, redis_url: str
) -> None:
    async with databases.fresh("ledger") as database, open_engine(database.url, redis_url) as engine:
        await fill(database, engine, Desk(), (FEW, MANY))
        few, many = await _median_ms(engine, FEW), await _median_ms(engine, MANY)
        print(f"merge or unmerge: {few:.2f} ms with 10 accruals a home, {many:.2f} ms with 10,000")
        assert many <= few * SLACK + 1


async def _median_ms(engine: Engine, group: Group) -> float:
    one, other = group.names
    links, pure = Links(), PureLedger(PROGRAM, requests=hash(group.name) % 10**9)
    taken: list[float] = []
    for turn in range(TURNS):
        if turn % 2:
            links.unmerge(other)
        else:
            links.merge(one, other)
        told = LinkHomes(pure.origin(one), not turn % 2, other, one, date(2026, 3, 2))
        command = replace(told, origin=links.origin(told.origin))
        begun = time.perf_counter()
        await engine.keeper.submit(command)
        view = await engine.reader.wallet(
            MemberKey(PROGRAM, one), links.homes(one), engine.clock.now(), replay_clock=False
        )
        taken.append((time.perf_counter() - begun) * 1_000)
        assert view.balance > 0
    return sorted(taken)[TURNS // 2]
