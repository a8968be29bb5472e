"""What no chain of hashes reaches is held against what one does: documents, holds, pieces, kept answers."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from chassis.runtime.clock import ManualClock
from deploy.local.stack import LocalStack
from ledger_service.domain.commands import AuthorizeRedemption, CaptureRedemption, OpenReturn, RestoreRedemption
from ledger_service.domain.policies import ReturnPolicy
from tests.integration.ledger.crime import Crime, caught
from tests.integration.ledger.house import LINDEN, House, Shop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases


async def live(house: House) -> None:
    """A hold that is partly captured, an announced return, a redemption that is partly restored, a return."""
    shop = Shop()
    await house.done(shop.sale("ana", "a1", 40, 60, brand="harbor"), shop.sale("ana", "a2", 30))
    origin = shop.pure.origin("ana")
    await house.done(AuthorizeRedemption(origin, b"aut", "aut-1", 50, LINDEN, None, 86_400))
    await house.done(CaptureRedemption(shop.pure.origin("ana"), b"cap", "red-cap", "aut-1", 20, False))
    spent = replace(shop.spend("ana", 30), redemption_id="red-1")
    await house.done(spent)
    await house.done(RestoreRedemption(shop.pure.origin("ana"), "red-1", 10, "asked", ReturnPolicy(), b""))
    await house.done(shop.back("ana", "r1", "a1", lines=[2]))
    await house.done(shop.sale("bo", "b1", 25))
    announced = shop.back("bo", "r2", "b1")
    await house.done(OpenReturn(announced.origin, b"ann", announced.returned))


@pytest.fixture(scope="module")
async def ledger(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Crime]:
    clock = ManualClock(NOON)
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database:
        async with open_engine(database.url, redis_url, clock=clock) as engine:
            await live(House(engine, database, clock))
        yield Crime(servers.postgres.url(database.name))


def json_changed(table: str, column: str, old: str, new: str, where: str) -> str:
    """A statement that replaces a text in a JSON column."""
    changed = f"convert_to(replace(convert_from({column}, 'UTF8'), '{old}', '{new}'), 'UTF8')"
    return f"UPDATE {table} SET {column} = {changed} WHERE {where}"


async def test_every_checker_is_green_before(ledger: Crime) -> None:
    assert await ledger.after() == {}


async def test_another_answer_than_was_given(ledger: Crime) -> None:
    name, finding = await caught(ledger, json_changed("event", "answer", '"points":50', '"points":90', "position = 3"))
    assert (name, finding) == ("log", "partition 0: event 3 is not what its hash says")


async def test_a_hold_that_says_it_holds_more(ledger: Crime) -> None:
    red = await ledger.after("UPDATE hold SET points = points + 1 WHERE hold_id = 'aut-1'")
    assert set(red) == {"holds", "captures"}
    assert "hold aut-1 of ana" in red["holds"][0]


async def test_a_hold_that_is_gone(ledger: Crime) -> None:
    red = await ledger.after("DELETE FROM hold WHERE hold_id = 'aut-1'")
    assert set(red) == {"holds", "captures"}
    assert red["holds"][0].startswith("accrual acc_")


async def test_points_held_by_nobody(ledger: Crime) -> None:
    red = await ledger.after("UPDATE accrual SET held = held + 1, remaining = remaining - 1 WHERE home = 'bo'")
    assert {"holds", "accruals"} <= set(red)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"restored_points":7', '"restored_points":0'), ('"points":10', '"points":9'), ('"value":8', '"value":9')],
)
async def test_a_changed_piece_of_a_redemption(ledger: Crime, old: str, new: str) -> None:
    name, finding = await caught(ledger, json_changed("redemption", "pieces", old, new, "redemption_id = 'red-1'"))
    assert name == "redemptions"
    assert "redemption red-1" in finding


async def test_a_redemption_without_pieces(ledger: Crime) -> None:
    red = await ledger.after("UPDATE redemption SET pieces = '[]' WHERE redemption_id = 'red-cap'")
    assert set(red) == {"redemptions"}


async def test_more_restored_than_was_given_back(ledger: Crime) -> None:
    red = await ledger.after("UPDATE burn SET restored_points = restored_points - 1 WHERE restored_points > 0")
    assert set(red) == {"redemptions", "burns"}


async def test_a_return_that_says_it_took_less(ledger: Crime) -> None:
    name, finding = await caught(
        ledger, json_changed("posted_return", "details", '"reversed":60', '"reversed":6', "state = 'posted'")
    )
    assert name == "returned"
    assert "says that acc_" in finding


async def test_a_line_that_does_not_count_as_returned(ledger: Crime) -> None:
    name, finding = await caught(ledger, "DELETE FROM returned_line")
    assert name == "returned"
    assert "line 2 of ord_" in finding
