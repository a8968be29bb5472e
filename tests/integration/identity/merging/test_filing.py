"""Near forms are personal data: an erasure leaves none, whoever is about to write some."""

import asyncio

import asyncpg

from chassis.runtime.clock import SystemClock
from chassis.values.ids import bucket_of
from identity_service.domain.members import MemberKey
from identity_service.store.bell import Bell
from identity_service.store.duplicates import PostgresDuplicateRegistry
from identity_service.use_cases.duplicate_ports import DuplicateChanges
from identity_service.use_cases.find_duplicates import Search
from tests.integration.identity.merging.forest import Forest

_FORMS = "SELECT coalesce(sum(cardinality(forms)), 0) FROM duplicate_key WHERE member_id = $1"


async def with_phone(forest: Forest, sql: asyncpg.Connection) -> str:
    [member] = await forest.plant(sql, 1)
    await sql.execute(
        "INSERT INTO identifier_value (bucket, program_id, member_id, ordinal, fingerprint, kind, value, link_time)"
        " VALUES ($1, 'grove', $2, 1, sha256($3), 2, '+14155550123', now())",
        bucket_of("grove", member),
        member,
        member.encode(),
    )
    return member


def filing(forest: Forest, member: str) -> "asyncio.Task[None]":
    search = Search(forest.fingerprints, SystemClock())

    async def file(changes: DuplicateChanges) -> None:
        await search.file(changes, [MemberKey.of("grove", member)])

    return asyncio.create_task(PostgresDuplicateRegistry(forest.database, Bell()).change(file))


async def test_a_member_is_filed_under_the_forms_it_has_now(forest: Forest, sql: asyncpg.Connection) -> None:
    member = await with_phone(forest, sql)
    assert await sql.fetchval("SELECT count(*) FROM duplicate_due WHERE member_id = $1", member) == 1
    await filing(forest, member)
    assert await sql.fetchval(_FORMS, member) > 8
    await sql.execute("UPDATE identifier_value SET end_ordinal = 2 WHERE member_id = $1", member)
    assert await sql.fetchval("SELECT count(*) FROM duplicate_due WHERE member_id = $1", member) == 2
    await filing(forest, member)
    assert await sql.fetchval(_FORMS, member) == 0


async def test_who_is_being_erased_is_filed_no_more(forest: Forest, sql: asyncpg.Connection) -> None:
    member = await with_phone(forest, sql)
    async with sql.transaction():
        await sql.execute("UPDATE member SET erase_time = now() WHERE member_id = $1", member)
        filed = filing(forest, member)
        await asyncio.sleep(0.1)
        await sql.execute("DELETE FROM identifier_value WHERE member_id = $1", member)
    await filed
    assert await sql.fetchval(_FORMS, member) == 0
