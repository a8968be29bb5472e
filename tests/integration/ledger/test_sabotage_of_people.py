"""Adjustments, transfers and corrections: every checker turns red when they are changed behind the ledger's back."""

from collections.abc import AsyncIterator

import pytest

from chassis.runtime.clock import ManualClock
from deploy.local.stack import LocalStack
from ledger_service.domain.commands import CorrectOrder
from ledger_service.store.adjustments import PostgresTransfers
from tests.integration.ledger.crime import Crime, caught
from tests.integration.ledger.house import House, Shop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON, award
from tests.support.pure_people import People
from tests.support.servers import Databases

GIVEN = "rule_id = 'adjustment'"


def _told(old: str, new: str) -> str:
    text = "convert_from(details, 'UTF8')"
    return f"UPDATE transfer SET details = convert_to(replace({text}, '{old}', '{new}'), 'UTF8')"


@pytest.fixture(scope="module")
async def ledger(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Crime]:
    """Ana got 30 for a delay, lost 3 again and sent 25 to bo; a sale of hers was corrected from 40 points to 50."""
    shop, clock = Shop(), ManualClock(NOON)
    people = People(shop.pure)
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database:
        async with open_engine(database.url, redis_url, clock=clock) as engine:
            house = House(engine, database, clock)
            sale = shop.sale("ana", "a1", 40)
            await house.done(sale)
            await house.done(people.adjustment("ana", 30))
            await house.done(people.adjustment("ana", -3))
            sent = people.sending("ana", "bo", 25)
            await house.done(sent)
            [transfer] = await PostgresTransfers(engine.database).on_their_way(-1, 10)
            await house.done(people.receiving("bo", transfer))
            correction = CorrectOrder(
                origin=shop.pure.origin("ana"),
                correction_id="cor-1",
                order_id=sale.order.order_id,
                sale=sale.order.document.ref,
                sale_home="ana",
                awards=(award(1, 50, "north"),),
                revision="rev_other",
                document=None,
                reason="wrong rule",
                operator_id="op-1",
            )
            await house.done(correction)
        yield Crime(servers.postgres.url(database.name))


async def test_every_checker_is_green_before(ledger: Crime) -> None:
    assert await ledger.after() == {}


@pytest.mark.parametrize("column", ["corrected", "shift"])
async def test_a_correction_that_moved_something_else(ledger: Crime, column: str) -> None:
    name, finding = await caught(ledger, f"UPDATE accrual SET {column} = {column} + 1 WHERE corrected = 10")
    assert name == "accruals"
    assert finding.startswith("accrual acc_")


@pytest.mark.parametrize(
    ("sabotage", "times"),
    [
        (f"UPDATE accrual SET order_id = 'adj-other' WHERE {GIVEN} AND home = 'ana'", 0),
        (f"UPDATE accrual SET granted = granted + 1 WHERE {GIVEN} AND home = 'ana'", 1),
        ("UPDATE accrual SET order_id = 'trf-other' WHERE home = 'bo'", 1),
    ],
)
async def test_a_birth_that_is_told_otherwise(ledger: Crime, sabotage: str, times: int) -> None:
    red = await ledger.after(sabotage)
    # What is frozen at birth is in the chain too.
    assert red.keys() == {"once", "chains"}
    [finding] = [one for one in red["once"] if "was born" in one]
    assert finding.endswith(f"was born {times} times")


async def test_a_transfer_that_says_it_sent_more(ledger: Crime) -> None:
    name, finding = await caught(ledger, _told('"points":25', '"points":26'))
    assert name == "transfers"
    assert "with 26 points: 25 left, 25 arrived" in finding


@pytest.mark.parametrize(
    "sabotage",
    ["UPDATE transfer SET state = 'sent'", "DELETE FROM transfer"],
)
async def test_points_that_arrived_and_are_not_known_to(ledger: Crime, sabotage: str) -> None:
    name, finding = await caught(ledger, sabotage)
    assert name == "transfers"
    assert "25 left, 25 arrived" in finding


@pytest.mark.parametrize("points", [3, 25])
async def test_points_given_away_that_are_owed_for_something_else(ledger: Crime, points: int) -> None:
    name, finding = await caught(
        ledger, f"UPDATE burn SET price = price + 1, borne = price + 1 WHERE points = {points}"
    )
    assert name == "burns"
    assert "of ana" in finding
