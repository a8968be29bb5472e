"""Every checker of history turns red when that is changed behind the ledger's back, and names the place."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.stack import LocalStack
from tests.integration.ledger.crime import BO, Crime, caught, tampered_ledger
from tests.support.servers import Databases


@pytest.fixture(scope="module")
async def ledger(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Crime]:
    async with tampered_ledger(servers, databases, redis_url) as crime:
        yield crime


# --- I7: privileges


@pytest.mark.parametrize("table", ["movement", "obligation", "event", "posted_order", "posted_return", "redemption"])
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
async def test_a_right_to_change_history(ledger: Crime, table: str, right: str) -> None:
    name, finding = await caught(ledger, f"GRANT {right} ON {table} TO ledger_app")
    assert (name, finding) == ("privileges", f"ledger_app may {right} {table}")


async def test_a_right_to_change_one_column_of_history(ledger: Crime) -> None:
    name, finding = await caught(ledger, "GRANT UPDATE (points) ON movement TO ledger_app")
    assert (name, finding) == ("privileges", "ledger_app may UPDATE points of movement")


async def test_a_right_of_everybody_to_change_history(ledger: Crime) -> None:
    name, finding = await caught(ledger, "GRANT DELETE ON event TO PUBLIC")
    assert (name, finding) == ("privileges", "ledger_app may DELETE event")


# --- I7: chains of movements


@pytest.mark.parametrize(
    "change",
    [
        "cause_id = 'another'",
        "cause = 'rumour'",
        "occur_time = occur_time - interval '1 second'",
        "line_number = line_number + 1",
        "hash = decode(repeat('ab', 32), 'hex')",
    ],
)
async def test_a_changed_movement(ledger: Crime, change: str) -> None:
    red = await ledger.after(f"UPDATE movement SET {change} WHERE home = 'ana' AND kind = 'expired'")
    assert set(red) == {"chains"}
    assert "home ana" in red["chains"][0]


@pytest.mark.parametrize("change", ["scope = 'x'", "funders = 'thief=10000'", "issuer = 'thief'", "rate_numerator = 7"])
async def test_a_changed_fact_of_an_accruals_birth(ledger: Crime, change: str) -> None:
    red = await ledger.after(f"UPDATE accrual SET {change} WHERE {BO}")
    assert red == {"chains": ("home bo: movement 1 is not what its hash says",)}


async def test_a_fact_that_cannot_be_read(ledger: Crime) -> None:
    red = await ledger.after(f"UPDATE accrual SET funders = 'nonsense' WHERE {BO}")
    assert set(red) == {"chains"}
    assert "home bo" in red["chains"][0]


async def test_a_missing_movement(ledger: Crime) -> None:
    red = await ledger.after("DELETE FROM movement WHERE home = 'bo' AND sequence = 1")
    assert set(red) == {"chains", "accruals", "brands", "once"}
    assert red["chains"] == ("home bo: movement 1 is missing",)


CUT_TAIL = (
    "DELETE FROM movement WHERE home = 'bo' AND sequence = 2",
    "DELETE FROM accrual WHERE home = 'bo' AND granted = 5",
    "UPDATE home SET length = 1, hash = (SELECT hash FROM movement WHERE home = 'bo') WHERE member = 'bo'",
    "UPDATE wallet SET balance = 20, positive = 20 WHERE member = 'bo'",
)


async def test_a_tail_cut_off_with_all_that_follows_from_it(ledger: Crime) -> None:
    name, finding = await caught(ledger, *CUT_TAIL)
    assert (name, finding) == ("chains", "home bo: the log knows 2 movements, 1 are there")


async def test_a_tail_cut_off_alone(ledger: Crime) -> None:
    red = await ledger.after(CUT_TAIL[0])
    assert "home bo: the chain ends at 1, it should at 2" in red["chains"]


async def test_movements_that_the_log_never_heard_of(ledger: Crime) -> None:
    red = await ledger.after(
        "CREATE TEMP TABLE forged AS SELECT * FROM movement WHERE home = 'bo' AND sequence = 2",
        "UPDATE forged SET sequence = 3",
        "INSERT INTO movement SELECT * FROM forged",
        "UPDATE home SET length = 3, hash = (SELECT hash FROM forged) WHERE member = 'bo'",
    )
    assert "home bo: the log knows 2 movements, 3 are there" in red["chains"]


async def test_a_chain_made_anew_and_longer_than_the_log_knows(ledger: Crime) -> None:
    red = await ledger.after(
        "CREATE TEMP TABLE forged AS SELECT * FROM movement WHERE home = 'bo' AND sequence = 2",
        "UPDATE forged SET sequence = 3",
        "INSERT INTO movement SELECT * FROM forged",
        "UPDATE movement SET hash = decode(repeat('ab', 32), 'hex') WHERE home = 'bo' AND sequence = 2",
        "UPDATE home SET length = 3, hash = (SELECT hash FROM forged) WHERE member = 'bo'",
    )
    assert "home bo: the log anchored another hash at movement 2" in red["chains"]


async def test_a_home_that_is_gone(ledger: Crime) -> None:
    name, finding = await caught(ledger, "DELETE FROM home WHERE member = 'bo'")
    assert (name, finding) == ("chains", "home bo: the log knows its movements, it is gone")


async def test_another_end_of_a_chain(ledger: Crime) -> None:
    red = await ledger.after("UPDATE home SET hash = decode(repeat('ab', 32), 'hex') WHERE member = 'bo'")
    assert set(red) == {"chains"}


# --- I7: the log


async def test_one_byte_of_an_event(ledger: Crime) -> None:
    changed = "set_byte(payload, position('\"store\"'::bytea in payload), 83)"
    name, finding = await caught(ledger, f"UPDATE event SET payload = {changed} WHERE position = 3")
    assert (name, finding) == ("log", "partition 0: event 3 is not what its hash says")


async def test_one_byte_that_makes_an_event_unreadable(ledger: Crime) -> None:
    red = await ledger.after("UPDATE event SET payload = set_byte(payload, 0, 0) WHERE position = 3")
    assert set(red) == {"log", "chains"}
    assert red["log"] == ("partition 0: event 3 is not what its hash says",)


async def test_a_missing_event(ledger: Crime) -> None:
    red = await ledger.after("DELETE FROM event WHERE position = 3")
    assert red["log"] == ("partition 0: event 3 is missing",)


async def test_a_log_without_its_last_event(ledger: Crime) -> None:
    red = await ledger.after("DELETE FROM event WHERE position = (SELECT position FROM head)")
    assert red["log"] == ("partition 0: the log ends at 7, it should at 8",)


async def test_another_end_of_the_log(ledger: Crime) -> None:
    name, finding = await caught(ledger, "UPDATE head SET hash = decode(repeat('ab', 32), 'hex')")
    assert (name, finding) == ("log", "partition 0: the log ends at 8, it should at 8")
