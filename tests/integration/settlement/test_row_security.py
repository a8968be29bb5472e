"""What the reading role sees of the books, whatever a statement asks for (ADR 0066). Real PostgreSQL."""

import json
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from pydantic import SecretStr

from chassis.runtime.guarded import GuardedDatabase, open_guarded_database
from chassis.runtime.scope import NOTHING, Scope, set_scope
from chassis.runtime.statements import Statement
from tests.support.servers import Databases

TOTALS = Statement("totals", "SELECT brand_id FROM brand_total ORDER BY 1")
PLACES = Statement("places", "SELECT location_id FROM place_total ORDER BY 1")


ACCOUNTS = Statement("accounts", "SELECT entity_id FROM account_total ORDER BY 1")
PAYMENTS = Statement("payments", "SELECT payment_id FROM payment ORDER BY 1")
DISPUTES = Statement("disputes", "SELECT dispute_id FROM dispute ORDER BY 1")


@pytest_asyncio.fixture(scope="module")
async def books(databases: Databases) -> AsyncIterator[GuardedDatabase]:
    """Two brands of a program, at three places in two regions, and another program's."""
    async with databases.fresh("settlement") as database:
        admin = await asyncpg.connect(database.owner_url)
        for program, brand in (("p", "NORTH"), ("p", "HARBOR"), ("q", "NORTH")):
            await admin.execute(
                "INSERT INTO brand_total (program, brand_id, kind, spent_at, points, outstanding, debt)"
                " VALUES ($1, $2, 'earned', '', 1, 1, 0)",
                program,
                brand,
            )
        for region, place, brand in (("east", "a", "NORTH"), ("east", "b", "HARBOR"), ("west", "c", "NORTH")):
            await admin.execute(
                "INSERT INTO place_total (program, period_sequence, region, operator_id, location_id, brand_id,"
                " measure, party, currency_code, amount) VALUES ('p', 1, $1, 'ann', $2, $3, 'earned', '', 'USD', 1)",
                region,
                place,
                brand,
            )
        for entity in ("ann", "bob", "cid"):
            await admin.execute("INSERT INTO account_total VALUES ('p', $1, 'USD', 'due_to', 'hq', '', 1)", entity)
        for debtor, creditor in (("ann", "bob"), ("bob", "cid")):
            named = f"{debtor}-{creditor}"
            await admin.execute(
                "INSERT INTO payment VALUES ('p', $1, 'net', $1, $2, $3, 'USD', 1, '{}')", named, debtor, creditor
            )
            await admin.execute(
                "INSERT INTO dispute VALUES ('p', $1, $1, '', 1, $2, '', '', '', now())",
                named,
                json.dumps({"debtor_entity_id": debtor, "creditor_entity_id": creditor}),
            )
        await admin.close()
        async with open_guarded_database(SecretStr(database.url), application_name="test", pool_size=2) as guarded:
            yield guarded


@pytest.mark.parametrize(
    ("scope", "brands", "places"),
    [
        (NOTHING, "", ""),
        (Scope("p", "*", "*", "*"), "HARBOR NORTH", "a b c"),
        (Scope("p", "NORTH", "*", "*"), "NORTH", "a c"),
        (Scope("p", "*", "east", "*"), "HARBOR NORTH", "a b"),
        (Scope("p", "NORTH", "east", "a,b"), "NORTH", "a"),
        (Scope("r", "*", "*", "*"), "", ""),
        (Scope("*", "NORTH", "*", "*"), "NORTH NORTH", "a c"),
    ],
)
async def test_rows_of_the_scope_alone(books: GuardedDatabase, scope: Scope, brands: str, places: str) -> None:
    set_scope(scope)
    assert [row["brand_id"] for row in await books.fetch(TOTALS)] == brands.split()
    assert [row["location_id"] for row in await books.fetch(PLACES)] == places.split()


@pytest.mark.parametrize(
    ("entities", "accounts", "between"),
    [
        ("", "", ""),
        ("ann", "ann", "ann-bob"),
        ("bob", "bob", "ann-bob bob-cid"),
        ("ann,cid", "ann cid", "ann-bob bob-cid"),
        ("an", "", ""),
        ("*", "ann bob cid", "ann-bob bob-cid"),
    ],
)
async def test_books_of_the_entities_alone(books: GuardedDatabase, entities: str, accounts: str, between: str) -> None:
    set_scope(Scope("p", "*", "*", "*", entities))
    assert [row["entity_id"] for row in await books.fetch(ACCOUNTS)] == accounts.split()
    assert [row["payment_id"] for row in await books.fetch(PAYMENTS)] == between.split()
    assert [row["dispute_id"] for row in await books.fetch(DISPUTES)] == between.split()
