"""The checkers of redemptions and burns turn red when what was restored, unwound or made good is changed."""

from collections.abc import AsyncIterator

import pytest

from chassis.runtime.clock import ManualClock
from deploy.local.stack import LocalStack
from ledger_service.domain.commands import PostReturn, RestoreRedemption
from ledger_service.domain.policies import ReturnPolicy, SpentPoints
from tests.integration.ledger.crime import Crime, caught
from tests.integration.ledger.house import House, Shop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

MONEY = ReturnPolicy(spent=SpentPoints.REDUCE_REFUND)


@pytest.fixture(scope="module")
async def ledger(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Crime]:
    """Ana spent 90, owed 50 of it, repaid 40 from Peak's points and has 70 restored; Bo paid with his refund."""
    shop, clock = Shop(), ManualClock(NOON)
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database:
        async with open_engine(database.url, redis_url, clock=clock) as engine:
            house = House(engine, database, clock)
            await house.done(shop.sale("ana", "a1", 50, 40, brand="harbor"))
            spend = shop.spend("ana", 90)
            await house.done(spend)
            await house.done(shop.back("ana", "r1", "a1"))
            await house.done(shop.sale("ana", "a2", 40, brand="peak"))
            origin = shop.pure.origin("ana")
            await house.done(RestoreRedemption(origin, spend.redemption_id, 70, "", ReturnPolicy(), b""))
            await house.done(shop.sale("bo", "b1", 20))
            await house.done(shop.spend("bo", 20))
            back = shop.back("bo", "r2", "b1")
            part = shop.pure.return_part(
                back.returned.document, {sale.sale: "bo" for sale in back.returned.sales}, MONEY
            )
            await house.done(PostReturn(back.origin, part))
        yield Crime(servers.postgres.url(database.name))


async def test_every_checker_is_green_before(ledger: Crime) -> None:
    assert await ledger.after() == {}


@pytest.mark.parametrize("column", ["restored_price", "repaid_price"])
async def test_a_changed_price_of_what_was_undone(ledger: Crime, column: str) -> None:
    name, _ = await caught(ledger, f"UPDATE burn SET {column} = {column} - 1 WHERE {column} > 0 AND {BY_HARBOR}")
    assert name == "burns"


@pytest.mark.parametrize("change", ["debtor = 'acc_other'", "debtor = ''", "pays_sequence = 99"])
async def test_a_repayment_of_another_debt(ledger: Crime, change: str) -> None:
    red = await ledger.after(f"UPDATE burn SET {change} WHERE debtor <> ''")
    assert set(red) == {"burns"}


async def test_restored_points_of_a_repayment(ledger: Crime) -> None:
    name, finding = await caught(ledger, "UPDATE burn SET restored_points = restored_points - 1 WHERE debtor <> ''")
    assert name == "burns"
    assert "for acc_" in finding


async def test_restored_points_of_a_redemption(ledger: Crime) -> None:
    red = await ledger.after(f"UPDATE burn SET restored_points = restored_points + 1 WHERE {BY_HARBOR}")
    assert set(red) == {"burns", "redemptions"}


async def test_points_made_good_by_nobody(ledger: Crime) -> None:
    red = await ledger.after("UPDATE movement SET pays_home = NULL, pays_sequence = NULL WHERE kind = 'adjusted'")
    assert set(red) == {"burns", "chains"}


@pytest.mark.parametrize("field", ["points", "value", "restored_points", "restored_value"])
async def test_a_changed_piece_of_a_redemption(ledger: Crime, field: str) -> None:
    red = await ledger.after(
        f"UPDATE redemption SET pieces = {NEW_PIECES.format(field=field)} WHERE redemption_id = '{RESTORED}'"
    )
    assert set(red) == {"redemptions"}


async def test_pieces_that_are_gone(ledger: Crime) -> None:
    red = await ledger.after(f"UPDATE redemption SET pieces = '[]' WHERE redemption_id = '{RESTORED}'")
    assert set(red) == {"redemptions"}


RESTORED = "red-req-2"
BY_HARBOR = "home = 'ana' AND debtor = '' AND points = 50"
NEW_PIECES = (
    "convert_to(jsonb_set(convert_from(pieces, 'UTF8')::jsonb, '{{0,{field}}}', "
    "to_jsonb((convert_from(pieces, 'UTF8')::jsonb #>> '{{0,{field}}}')::bigint - 1))::text, 'UTF8')"
)
