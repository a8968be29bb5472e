"""Every checker of sums turns red when that is changed behind the ledger's back, and names the place."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.stack import LocalStack
from tests.integration.ledger.crime import BO, Crime, caught, tampered_ledger
from tests.support.servers import Databases


@pytest.fixture(scope="module")
async def ledger(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Crime]:
    async with tampered_ledger(servers, databases, redis_url) as crime:
        yield crime


async def test_every_checker_is_green_before(ledger: Crime) -> None:
    assert await ledger.after() == {}


# --- I1


@pytest.mark.parametrize("total", ["balance", "positive", "held", "debt"])
async def test_a_changed_total_of_a_wallet(ledger: Crime, total: str) -> None:
    name, finding = await caught(ledger, f"UPDATE wallet SET {total} = {total} + 1 WHERE member = 'bo'")
    assert name == "wallets"
    assert "wallet bo" in finding


@pytest.mark.parametrize("bound", ["NULL", "'2030-01-01'"])
async def test_a_wallet_that_does_not_know_of_its_next_expiry(ledger: Crime, bound: str) -> None:
    name, finding = await caught(ledger, f"UPDATE wallet SET next_expire_time = {bound} WHERE member = 'ana'")
    assert name == "wallets"
    assert "wallet ana" in finding


@pytest.mark.parametrize("bound", ["NULL", "'2026-03-04'"])
async def test_a_wallet_that_does_not_know_of_its_pending_points(ledger: Crime, bound: str) -> None:
    name, finding = await caught(ledger, f"UPDATE wallet SET pending_until = {bound} WHERE member = 'ana'")
    assert name == "wallets"
    assert "wallet ana" in finding


async def test_a_wallet_that_is_gone(ledger: Crime) -> None:
    name, finding = await caught(ledger, "DELETE FROM wallet WHERE member = 'bo'")
    assert name == "wallets"
    assert "bo" in finding


@pytest.mark.parametrize("column", ["reversed", "expired"])
async def test_a_changed_running_sum_of_an_accrual(ledger: Crime, column: str) -> None:
    name, finding = await caught(ledger, f"UPDATE accrual SET {column} = {column} + 1 WHERE {BO}")
    assert name == "accruals"
    assert "accrual acc_" in finding


async def test_a_changed_availability_of_an_accrual(ledger: Crime) -> None:
    name, finding = await caught(ledger, f"UPDATE accrual SET available_time = '2026-02-01' WHERE {BO}")
    assert name == "accruals"
    assert "accrual acc_" in finding


async def test_a_changed_expiry_of_an_accrual(ledger: Crime) -> None:
    red = await ledger.after(f"UPDATE accrual SET expire_time = '2029-02-01' WHERE {BO}")
    assert set(red) == {"accruals", "wallets"}
    assert "accrual acc_" in red["accruals"][0]


async def test_points_given_to_an_accrual(ledger: Crime) -> None:
    red = await ledger.after(f"UPDATE accrual SET remaining = remaining + 1 WHERE {BO}")
    assert set(red) == {"accruals", "wallets", "brands"}


async def test_points_given_to_an_accrual_and_its_wallet(ledger: Crime) -> None:
    red = await ledger.after(
        f"UPDATE accrual SET remaining = remaining + 1 WHERE {BO}",
        "UPDATE wallet SET balance = balance + 1, positive = positive + 1 WHERE member = 'bo'",
    )
    assert set(red) == {"accruals", "brands"}


# --- I2


async def test_a_movement_of_another_size(ledger: Crime) -> None:
    red = await ledger.after("UPDATE movement SET points = points + 1 WHERE kind = 'reversed'")
    assert set(red) == {"accruals", "brands", "spending", "returned", "chains"}
    assert "brand harbor" in red["brands"][0]


async def test_an_accrual_moved_to_another_brand(ledger: Crime) -> None:
    red = await ledger.after(f"UPDATE accrual SET brand = 'nobody' WHERE {BO}")
    assert set(red) == {"chains"}


# --- I3


@pytest.mark.parametrize("change", ["points = points + 1", "value = value - 1", "currency = 'EUR'"])
async def test_a_changed_redemption(ledger: Crime, change: str) -> None:
    name, finding = await caught(ledger, f"UPDATE redemption SET {change}")
    assert name == "redemptions"
    assert "redemption red-" in finding


async def test_a_redemption_that_is_gone(ledger: Crime) -> None:
    name, finding = await caught(ledger, "DELETE FROM redemption")
    assert name == "redemptions"
    assert "redemption red-" in finding


async def test_an_obligation_above_the_price(ledger: Crime) -> None:
    red = await ledger.after("UPDATE obligation SET amount = amount + 100 WHERE sequence = 4")
    assert set(red) == {"redemptions", "chains"}
    assert "movement 4 of ana" in red["redemptions"][0]


async def test_an_obligation_to_somebody_else(ledger: Crime) -> None:
    name, finding = await caught(ledger, "UPDATE obligation SET creditor = 'thief' WHERE sequence = 4")
    assert name == "chains"
    assert finding == "home ana: movement 4 is not what its hash says"


@pytest.mark.parametrize(
    "change", ["repaid_points = repaid_points - 1", "repaid_price = repaid_price - 1", "price = price + 1"]
)
async def test_a_changed_account_of_what_was_repaid(ledger: Crime, change: str) -> None:
    name, finding = await caught(ledger, f"UPDATE burn SET {change} WHERE repaid_points > 0 AND repaid_price > 0")
    assert name == "burns"
    assert "of ana" in finding


async def test_an_account_of_what_was_repaid_that_is_gone(ledger: Crime) -> None:
    name, finding = await caught(ledger, "DELETE FROM burn WHERE repaid_points > 0")
    assert name == "burns"
    assert "of ana" in finding


async def test_a_redemption_paid_by_the_wrong_funder(ledger: Crime) -> None:
    name, _ = await caught(ledger, "UPDATE burn SET borne = '0,' || borne WHERE repaid_points > 0")
    assert name == "burns"


# --- I4


async def test_a_second_request_for_one_event(ledger: Crime) -> None:
    name, finding = await caught(
        ledger, "INSERT INTO request_key (key, fingerprint, partition, position) VALUES ('x', 'y', 0, 3)"
    )
    assert (name, finding) == ("requests", "event 0/3 has 2 requests")


async def test_an_event_nobody_asked_for(ledger: Crime) -> None:
    name, finding = await caught(ledger, "DELETE FROM request_key WHERE position = 3")
    assert (name, finding) == ("requests", "event 0/3 has 0 requests")


async def test_a_claim_that_was_left_open(ledger: Crime) -> None:
    name, finding = await caught(ledger, "INSERT INTO request_key (key, fingerprint) VALUES ('x', 'y')")
    assert (name, finding) == ("requests", "request 78 has neither an event nor a refusal")


async def test_a_request_that_lies_nowhere_in_the_log(ledger: Crime) -> None:
    name, _ = await caught(
        ledger, "INSERT INTO request_key (key, fingerprint, partition, position) VALUES ('x', 'y', 0, 99)"
    )
    assert name == "requests"


# --- I5


async def test_an_accrual_without_birth(ledger: Crime) -> None:
    red = await ledger.after(
        f"CREATE TEMP TABLE twin AS SELECT * FROM accrual WHERE {BO}",
        "UPDATE twin SET accrual_id = 'acc_forged', remaining = 0",
        "INSERT INTO accrual SELECT * FROM twin",
    )
    assert set(red) == {"once", "accruals"}
    assert red["once"] == ("accrual acc_forged was born 0 times",)


async def test_an_accrual_born_with_less_than_it_says(ledger: Crime) -> None:
    red = await ledger.after(f"UPDATE accrual SET granted = granted + 1 WHERE {BO}")
    assert set(red) == {"once", "chains"}


async def test_a_document_without_event(ledger: Crime) -> None:
    name, finding = await caught(ledger, "UPDATE document_key SET position = 99 WHERE position = 1")
    assert name == "once"
    assert "has no event" in finding


async def test_a_movement_of_no_event(ledger: Crime) -> None:
    name, finding = await caught(ledger, "UPDATE movement SET position = 99 WHERE home = 'ana' AND sequence = 2")
    assert (name, finding) == ("once", "movement 2 of ana lies in no event")


# --- I8


@pytest.mark.parametrize("change", ["available_time = '2030-01-01'", "expire_time = '2026-01-01'"])
async def test_points_spent_when_they_could_not_be(ledger: Crime, change: str) -> None:
    red = await ledger.after(f"UPDATE movement SET {change} WHERE kind = 'earned' AND points = 60")
    assert set(red) == {"spending", "accruals", "chains"}
    assert "redeemed" in red["spending"][0]


async def test_more_spent_than_there_was(ledger: Crime) -> None:
    red = await ledger.after(
        "UPDATE movement SET points = 61, remaining_after = -1 "
        "WHERE kind = 'redeemed' AND cause = 'redemption' AND points = 50"
    )
    assert "spending" in red
    assert "of 60 left -1" in red["spending"][0]


# --- I7: what crossed the border of an existing program first

IMPORTED = (
    "INSERT INTO balance_import (program, import_id, header, source, state, begin_time)"
    " VALUES ('prg', 'imp', '', 'attic', 'committed', now())",
    "INSERT INTO balance_import_line (program, import_id, line_number, content_hash, kind, home, accrual_id)"
    " SELECT program, 'imp', 1, sha256(''), 'points', home, accrual_id FROM movement"
    " WHERE kind = 'redeemed' AND cause = 'redemption' ORDER BY position, sequence LIMIT 1",
)
CROSSED = (
    "INSERT INTO cross_spend (program, source, redemption_id, location_id, post_time)"
    " SELECT program, 'attic', m.cause_id, convert_from(e.payload, 'UTF8')::jsonb ->> 'location_id', m.post_time"
    " FROM movement AS m JOIN event AS e USING (partition, position, program)"
    " WHERE m.kind = 'redeemed' AND m.cause = 'redemption' ORDER BY m.position LIMIT 1"
)


async def test_a_crossing_that_is_kept_as_it_was(ledger: Crime) -> None:
    assert await ledger.after(*IMPORTED, CROSSED) == {}


async def test_a_crossing_that_nobody_kept(ledger: Crime) -> None:
    name, finding = await caught(ledger, *IMPORTED)
    assert name == "crossings"
    assert finding.startswith("of attic, red-req-")
    assert finding.endswith("has crossed and nothing is kept")


@pytest.mark.parametrize(
    "tampered", ["redemption_id = 'red_none'", "location_id = 'elsewhere'", "post_time = post_time - interval '1 hour'"]
)
async def test_a_changed_crossing(ledger: Crime, tampered: str) -> None:
    name, finding = await caught(ledger, *IMPORTED, CROSSED, f"UPDATE cross_spend SET {tampered}")
    assert name == "crossings"
    assert finding.startswith("of attic, ")
    assert finding.endswith("is kept to have crossed first")


async def test_a_crossing_of_points_that_never_came(ledger: Crime) -> None:
    name, _ = await caught(ledger, CROSSED)
    assert name == "crossings"
