"""Members from before there was a history: what the migration makes of them."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest_asyncio

from chassis.runtime.migrations import Migration, load_migrations
from identity_service.store.statements import SQL
from tests.support.servers import Databases

FINGERPRINT = bytes(range(32))
DETAIL = {"home_location_id": "", "identifiers": [{"kind": "CARD", "fingerprint": FINGERPRINT.hex()}]}


def named(migration: Migration) -> str:
    """Its statements, for the roles of a test's database."""
    return migration.sql.replace("{app_role}", "identity_app").replace("{reader_role}", "identity_reader")


@pytest_asyncio.fixture
async def old(databases: Databases) -> AsyncIterator[asyncpg.Connection]:
    """A database with one member of the schema before, migrated one step."""
    before, profiles, change, *_ = load_migrations("identity_service.migrations")
    async with databases.empty("identity") as database:
        sql = await asyncpg.connect(database.owner_url)
        try:
            for migration in (before, profiles):
                await sql.execute(named(migration))
            await sql.execute("INSERT INTO member VALUES (1, 'grove', 'mem_1', now(), '')")
            await sql.execute("INSERT INTO identifier VALUES ($1, 'grove', 1, 1, 'mem_1')", FINGERPRINT)
            await sql.execute(
                "INSERT INTO identifier_value VALUES (1, 'grove', 'mem_1', 1, $1, 1, 'OLD1', '2026-07-06Z')",
                FINGERPRINT,
            )
            await sql.execute(
                "INSERT INTO audit_record VALUES"
                " (1, 'grove', 'mem_1', 1, now(), 'MEMBER_ENROLLED', $1, 'till', '{}', 'r-1', ''),"
                " (1, 'grove', 'mem_1', 2, now(), 'PROFILE_CHANGED', '{\"changed\": []}', 'till', '{}', 'r-2', '')",
                json.dumps(DETAIL),
            )
            await sql.execute(named(change))
            yield sql
        finally:
            await sql.close()


async def test_old_links_are_the_beginning_of_the_history(old: asyncpg.Connection) -> None:
    [entry] = await old.fetch("SELECT sequence, ordinal, action, event_time, caller FROM identifier_history")
    value = await old.fetchrow("SELECT ordinal, end_ordinal, verify_ordinal, link_time FROM identifier_value")
    assert value is not None
    assert (entry["sequence"], entry["ordinal"], entry["action"], entry["caller"]) == (1, 1, 1, "")
    assert entry["event_time"] == value["link_time"]
    assert (value["ordinal"], value["end_ordinal"], value["verify_ordinal"]) == (1, None, None)


async def test_old_audit_records_name_identifiers_by_kind_and_number(old: asyncpg.Connection) -> None:
    details = [
        json.loads(row["detail"]) for row in await old.fetch("SELECT detail FROM audit_record ORDER BY sequence")
    ]
    assert details == [{"home_location_id": "", "identifiers": [{"kind": "CARD", "ordinal": 1}]}, {"changed": []}]


async def test_what_the_version_before_links_meanwhile_is_numbered_on(old: asyncpg.Connection) -> None:
    """It writes no history; the next link of this version comes after its own."""
    await old.execute(
        "INSERT INTO identifier_value (bucket, program_id, member_id, ordinal, fingerprint, kind, value, link_time)"
        " VALUES (1, 'grove', 'mem_1', 2, $1, 1, 'OLD2', now())",
        bytes(32),
    )
    for migration in load_migrations("identity_service.migrations")[3:]:
        await old.execute(named(migration))
    member = (1, "grove", "mem_1")
    new = ([bytes(31) + b"\x01"], [1], ["NEW3"], datetime.now(UTC), "till", "r-3", False)
    linked = await old.fetch(SQL.append_values.sql, *member, *new)
    assert [row["ordinal"] for row in linked] == [3]
    shown = await old.fetchrow(SQL.read_member.sql, *member, None, None)
    assert shown is not None
    assert (shown["values"], shown["history"]) == (["OLD1", "OLD2", "NEW3"], 3)
