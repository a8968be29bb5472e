"""Merges and unmerges of members with few accruals and with very many: what the next commands of their wallets cost.

Identity's part is a few rows whatever the member has earned, and knows no accruals. In the ledger a merge moves nothing
either: the first command that comes with it joins the rows of two homes (docs/adr/0055). One call here is a sale of the
two as one wallet, then, parted again, a sale of each: each of the three learns of a merge or an unmerge. Without gRPC
and peers.
"""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import PostOrder
from tests.bench.desk import PROGRAM, Desk
from tests.bench.engine import PARTITIONS
from tests.bench.figures import Spread, fine, ratio, spread, table
from tests.bench.filling import Group, fill
from tests.bench.laps import drive_in_turn
from tests.bench.rounds import InTurn, Measured
from tests.support.engine import Engine, open_engine
from tests.support.servers import Databases

FEW, MANY = 10, 10_000
"""Accruals of each of the two."""
GOAL = 1.2
"""The middle call with many, by that with few."""

_PAIRS = 8


def case_name(accruals: int) -> str:
    """The name of a case."""
    return f"merging and parting two of {accruals:,} accruals each"


@asynccontextmanager
async def merging_case(databases: Databases, redis_url: str) -> AsyncIterator[InTurn]:
    """Both cases, in turn on one database."""
    groups = [Group(f"merging-{accruals}", 2 * _PAIRS, accruals, accruals) for accruals in (FEW, MANY)]
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS=PARTITIONS) as database,
        open_engine(database.url, redis_url, owner="bench-merging") as engine,
    ):
        desk = Desk()
        await fill(database, engine, desk, groups)
        calls = [_merging(engine, desk, group) for group in groups]
        names = [case_name(accruals) for accruals in (FEW, MANY)]
        yield InTurn(names, lambda seconds: drive_in_turn(calls, seconds))


def by_few(measured: Measured) -> Spread:
    """How many times as long it takes with many accruals, middle call by middle call."""
    few, many = ([lap.p50 for lap in measured[case_name(accruals)]] for accruals in (FEW, MANY))
    return ratio(many, few)


def merging_table(measured: Measured) -> str:
    """Both cases, and how much longer the larger takes."""
    rows = []
    for accruals in (FEW, MANY):
        laps = measured[case_name(accruals)]
        p50, p99 = (spread([getattr(lap, name) for lap in laps]) for name in ("p50", "p99"))
        rows.append((f"{accruals:,}", fine(p50), fine(p99), "" if accruals == FEW else fine(by_few(measured))))
    return table(("accruals of each", "p50 ms", "p99 ms", "times as long"), rows)


def _merging(engine: Engine, desk: Desk, group: Group) -> Callable[[], Awaitable[object]]:
    pairs = itertools.cycle(list(zip(group.names[::2], group.names[1::2], strict=True)))
    seqs = dict.fromkeys(group.names, 0)

    async def merge_and_part() -> None:
        survivor, absorbed = next(pairs)
        seq = max(seqs[survivor], seqs[absorbed])
        await engine.keeper.submit(_sale(desk, survivor, (survivor, absorbed), seq + 1))
        for one in (survivor, absorbed):
            await engine.keeper.submit(_sale(desk, one, (one,), seq + 2))
            seqs[one] = seq + 2

    return merge_and_part


def _sale(desk: Desk, root: str, homes: tuple[str, ...], merge_seq: int) -> PostOrder:
    """A sale of a wallet as identity would tell it."""
    command = desk.sale(root)
    origin = replace(command.origin, wallet=MemberKey(PROGRAM, root), homes=homes, merge_seq=merge_seq)
    return replace(command, origin=origin)
