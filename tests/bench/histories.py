"""Long histories and a full database: what they cost a call that does not need them.

One database holds millions of accruals, those of members with very many movements among them, and those of members
with few; another holds some thousand. Nothing reads or spends more than one thing at a time, and members of each kind
take turns, so that a rate is what one call takes and all are disturbed alike; sales are posted by many tills at once.
Without gRPC and peers, whose share would hide differences.
"""

import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from deploy.local.databases import Database
from tests.bench.desk import PROGRAM, Desk
from tests.bench.engine import PARTITIONS
from tests.bench.filling import Group, fill
from tests.bench.laps import Lap, drive, drive_by_turns, drive_in_turn
from tests.bench.plan import Plan
from tests.bench.rounds import Cases, InTurn
from tests.support.engine import Engine, open_engine
from tests.support.servers import Databases

FEW_MOVEMENTS = 10
FEW_ACCRUALS = 10_000
FEW, MANY = "few", "many"
FEW_ROLLING, MANY_ROLLING = "few-rolling", "many-rolling"
COMPARED = ((FEW, MANY), (FEW_ROLLING, MANY_ROLLING))
"""Like with like: what rolls takes a look more, however little there is of it."""
WALLET, REDEMPTION, SALE = "GetWallet", "RedeemPoints", "PostOrder"
TILLS = 32
"""Callers of the sales."""

_SOON_DAYS = 30
_MOST_OPEN = 1_000
_MANY_MEMBERS, _FEW_MEMBERS = 400, 2
_ROLLING_MONTHS = 12
_ACCRUALS_EACH = 10
"""Of a member of the crowd: six expired, four are open."""

Call = Callable[[], Awaitable[object]]


def case_name(call: str, who: str) -> str:
    """The name of a case: a call for members with such histories, or sales in such a database."""
    return f"histories, {call}, {who}"


def fewer(who: str) -> str:
    """What a case is compared with; itself if it has little history."""
    return next((few for few, many in COMPARED if many == who), who)


def listed(plan: Plan) -> list[tuple[str, str, str]]:
    """Call, whose or where, and what that is for people, of all cases in their order."""
    long = f"{plan.movements:,} movements"
    short = f"{FEW_MOVEMENTS} movements"
    members = (
        (FEW, short),
        (MANY, long),
        (FEW_ROLLING, f"{short}, rolling"),
        (MANY_ROLLING, f"{long}, rolling"),
    )
    rows = [(call, who, title) for call in (WALLET, REDEMPTION) for who, title in members]
    full = ((FEW, f"{FEW_ACCRUALS:,} accruals in all"), (MANY, f"{plan.accruals:,} accruals in all"))
    return [*rows, *((SALE, who, title) for who, title in full)]


@asynccontextmanager
async def history_cases(
    databases: Databases, redis_url: str, plan: Plan, write_out: Callable[[], Awaitable[None]]
) -> AsyncIterator[Cases]:
    """All cases; those that are compared run one right after the other. `write_out` is called once all is filled."""
    few = [_crowd(FEW_ACCRUALS)]
    alike = [
        Group(FEW, _MANY_MEMBERS, FEW_MOVEMENTS, 2),
        Group(MANY, _FEW_MEMBERS, plan.movements, _open(plan)),
        Group(FEW_ROLLING, _MANY_MEMBERS, FEW_MOVEMENTS, 2, rolling_months=_ROLLING_MONTHS),
        Group(MANY_ROLLING, _FEW_MEMBERS, plan.movements, _open(plan), rolling_months=_ROLLING_MONTHS),
    ]
    crowd = _crowd(plan.accruals - sum(group.members * group.accruals for group in alike))
    async with AsyncExitStack() as opened:

        async def open_filled(name: str, groups: Sequence[Group]) -> tuple[Engine, Desk]:
            database: Database = await opened.enter_async_context(
                databases.fresh("ledger", LEDGER_PARTITIONS=PARTITIONS)
            )
            opening = open_engine(database.url, redis_url, owner=f"bench-{name}")
            engine, desk = await opened.enter_async_context(opening), Desk()
            await fill(database, engine, desk, groups)
            return engine, desk

        small, large = await open_filled(FEW, few), await open_filled(MANY, [*alike, crowd])
        await write_out()
        await _settle(_sale(*large, crowd), plan)
        yield [
            _in_turn(WALLET, alike, [_wallet(large[0], group) for group in alike]),
            _in_turn(REDEMPTION, alike, [_redemption(*large, group) for group in alike]),
            _sales([_sale(*small, few[0]), _sale(*large, crowd)], plan),
        ]


def _open(plan: Plan) -> int:
    return min(_MOST_OPEN, plan.movements // 10)


def _crowd(accruals: int) -> Group:
    return Group("crowd", accruals // _ACCRUALS_EACH, 16, 4, expired_every=1)


def _in_turn(call: str, groups: Sequence[Group], each: Sequence[Call]) -> InTurn:
    return InTurn([case_name(call, group.name) for group in groups], lambda seconds: drive_in_turn(each, seconds))


def _wallet(engine: Engine, group: Group) -> Call:
    # As many members of each group: more of them would keep less of theirs in memory.
    names = itertools.cycle(group.names[:_FEW_MEMBERS])
    return lambda: engine.wallet(PROGRAM, next(names), _SOON_DAYS)


def _redemption(engine: Engine, desk: Desk, group: Group) -> Call:
    # In turn, so that those with few movements are hardly ever asked twice and keep having few.
    names = itertools.cycle(group.names)
    return lambda: engine.keeper.submit(desk.redemption(next(names)))


def _sale(engine: Engine, desk: Desk, crowd: Group) -> Call:
    names = crowd.names
    return lambda: engine.keeper.submit(desk.sale(random.choice(names)))


async def _settle(sale: Call, plan: Plan) -> None:
    """Sales of anybody, until most pages that sales change were changed once since the checkpoint."""
    if plan.settling_seconds:
        await drive(sale, TILLS, plan.settling_seconds, most_calls=1_000_000)


def _sales(each: Sequence[Call], plan: Plan) -> InTurn:
    def laps(seconds: float) -> Awaitable[Sequence[Lap]]:
        # Twice as long: a few commits of many sales are all there is in a second.
        return drive_by_turns(each, TILLS, 2 * seconds, plan.most_calls)

    return InTurn([case_name(SALE, name) for name in (FEW, MANY)], laps)
