"""Holds, captures and what pays for orders: every checker turns red when they are changed behind the ledger's back."""

from collections.abc import AsyncIterator

import pytest

from chassis.runtime.clock import ManualClock
from deploy.local.stack import LocalStack
from ledger_service.domain.commands import AuthorizeRedemption, CaptureRedemption, OrderPart, PostOrder
from tests.integration.ledger.crime import Crime, caught
from tests.integration.ledger.house import LINDEN, House, Shop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON, sold
from tests.support.pure_spend import capturing
from tests.support.servers import Databases


def _replace(table: str, column: str, old: str, new: str, where: str = "true") -> str:
    text = f"convert_from({column}, 'UTF8')"
    return f"UPDATE {table} SET {column} = convert_to(replace({text}, '{old}', '{new}'), 'UTF8') WHERE {where}"


@pytest.fixture(scope="module")
async def ledger(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Crime]:
    """Ana holds 70 of 100, has captured 20 by itself and 30 with a sale of two lines; 20 are still held."""
    shop, clock = Shop(), ManualClock(NOON)
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database:
        async with open_engine(database.url, redis_url, clock=clock) as engine:
            house = House(engine, database, clock)
            await house.done(shop.sale("ana", "a1", 40, 60, brand="harbor"))
            await house.done(AuthorizeRedemption(shop.pure.origin("ana"), b"aut", "aut-1", 70, LINDEN, None, 3600))
            await house.done(CaptureRedemption(shop.pure.origin("ana"), b"red", "red-1", "aut-1", 20, False))
            plain = shop.pure.order_command("ana", "a2", [sold(1, 500, "linden"), sold(2, 500, "linden")], [])
            part = plain.order
            tenders = (capturing("aut-1", 30),)
            await house.done(
                PostOrder(plain.origin, OrderPart(part.document_key, part.order_id, part.document, (), tenders))
            )
        yield Crime(servers.postgres.url(database.name))


async def test_every_checker_is_green_before(ledger: Crime) -> None:
    assert await ledger.after() == {}


@pytest.mark.parametrize(
    ("old", "new"), [('"captured_points":50', '"captured_points":49'), ('"captured_value":40', '"captured_value":41')]
)
async def test_captures_that_are_told_otherwise(ledger: Crime, old: str, new: str) -> None:
    name, finding = await caught(ledger, _replace("hold", "details", old, new))
    assert name == "captures"
    assert finding.startswith("authorization aut-1 of 70 points")
    assert "50 worth 40 were captured" in finding


async def test_more_captured_and_held_than_was_authorized(ledger: Crime) -> None:
    name, _ = await caught(ledger, _replace("hold", "details", '"points":70', '"points":69'))
    assert name == "captures"


async def test_a_capture_of_no_authorization(ledger: Crime) -> None:
    red = await ledger.after("UPDATE redemption SET authorization_id = 'aut-x' WHERE redemption_id = 'red-1'")
    assert set(red) == {"captures"}
    assert len(red["captures"]) == 2


async def test_a_capture_after_the_time_out(ledger: Crime) -> None:
    red = await ledger.after("UPDATE hold SET time_out = '2026-03-02 12:00Z'")
    assert "captures" in red


async def test_a_capture_that_passes_for_a_redemption_in_one_step(ledger: Crime) -> None:
    red = await ledger.after("UPDATE redemption SET authorization_id = '' WHERE redemption_id = 'red-1'")
    assert set(red) == {"accruals", "captures"}


async def test_points_held_that_no_movement_explains(ledger: Crime) -> None:
    red = await ledger.after("UPDATE movement SET held_after = held_after + 1 WHERE kind = 'held' AND points = 40")
    assert "spending" in red


async def test_an_order_that_does_not_list_what_pays_for_it(ledger: Crime) -> None:
    name, finding = await caught(ledger, "UPDATE posted_order SET redemptions = '{}'")
    assert name == "tenders"
    assert "it pays for order ord_" in finding


async def test_an_order_that_lists_what_does_not_pay_for_it(ledger: Crime) -> None:
    change = "UPDATE posted_order SET redemptions = redemptions || '{red-1}' WHERE redemptions <> '{}'"
    name, finding = await caught(ledger, change)
    assert name == "tenders"
    assert "redemption red-1" in finding
