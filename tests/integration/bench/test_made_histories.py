"""Histories made by SQL are histories of the ledger, but for what a benchmark does not read."""

from ledger_service.domain.integrity import IntegrityCheck
from tests.bench.desk import PROGRAM, Desk
from tests.bench.filling import POINTS, Group, fill
from tests.support.engine import open_engine
from tests.support.servers import Databases

GROUPS = (
    Group("few", 3, 10, 2),
    Group("many", 1, 400, 40),
    Group("rolling", 1, 400, 40, rolling_months=12),
    Group("crowd", 20, 16, 4, expired_every=1),
)
NOT_MADE = {"I4", "I7"}
"""Events behind requests, and the hashes of movements."""


def broken_in_earnest(found: list[IntegrityCheck]) -> list[IntegrityCheck]:
    return [check for check in found if check.invariant not in NOT_MADE]


async def test_the_books_of_made_members_hold_before_and_after_they_are_used(
    databases: Databases, redis_url: str
) -> None:
    async with databases.fresh("ledger") as database, open_engine(database.url, redis_url) as engine:
        desk = Desk()
        await fill(database, engine, desk, GROUPS)
        assert broken_in_earnest(await engine.broken(PROGRAM)) == []
        for group in GROUPS:
            member = group.names[0]
            assert (await engine.wallet(PROGRAM, member)).available == group.open_accruals * POINTS
            await engine.keeper.submit(desk.redemption(member))
            await engine.keeper.submit(desk.sale(member))
            await desk.capture(engine, member)
            await desk.checkout(engine, member)
        assert broken_in_earnest(await engine.broken(PROGRAM)) == []
