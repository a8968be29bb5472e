"""Every place where identity could keep something personal is known to the erasure, and nothing else can be deleted."""

from collections.abc import Mapping

import asyncpg
import pytest

from identity_service.store.erasure import BLANKED, ERASED, OPAQUE
from tests.support.servers import Databases

DISPOSABLE = {
    "duplicate_due": "a queue",
    "member": "those of an import that was abandoned before anybody saw them",
    "member_import_request": "request ids of commits that came to nothing",
    "member_link": "an unmerge removes the link; that it was there stays in link_change",
    "missed_lookup": "counts of callers, after an hour",
    "used_nonce": "once it has expired",
}
"""What may be deleted besides, and why."""

_COLUMNS = """
SELECT table_name, column_name
FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'bytea', 'json', 'jsonb', 'ARRAY')
"""
_DELETABLE = """
SELECT table_name
FROM information_schema.role_table_grants
WHERE grantee = 'identity_app' AND privilege_type IN ('DELETE', 'TRUNCATE')
"""


@pytest.fixture(scope="module")
def erased() -> set[str]:
    return {table for each in ERASED for table in each.tables}


async def holding(databases: Databases) -> Mapping[str, set[str]]:
    """Columns that could hold something personal, by table."""
    columns: dict[str, set[str]] = {}
    async with databases.fresh("identity") as database:
        connection = await asyncpg.connect(database.owner_url)
        try:
            for row in await connection.fetch(_COLUMNS):
                columns.setdefault(row["table_name"], set()).add(row["column_name"])
        finally:
            await connection.close()
    return columns


async def test_every_column_that_could_be_personal_is_erased_or_opaque(databases: Databases, erased: set[str]) -> None:
    columns = await holding(databases)
    blanked = {each.table: each.columns for each in BLANKED}
    known = {table: OPAQUE.get(table, frozenset()) | blanked.get(table, frozenset()) for table in columns}
    unknown = {
        table: sorted(names - known[table])
        for table, names in columns.items()
        if table not in erased and names - known[table]
    }
    gone = {table for table in {*erased, *OPAQUE} if table not in columns and table != "proof_attempts"}
    assert unknown == {}
    assert gone == set()


async def test_only_what_an_erasure_empties_or_is_for_passing_use_can_be_deleted(
    databases: Databases, erased: set[str]
) -> None:
    async with databases.fresh("identity") as database:
        connection = await asyncpg.connect(database.owner_url)
        try:
            deletable = {row["table_name"] for row in await connection.fetch(_DELETABLE)}
        finally:
            await connection.close()
    assert deletable == erased | DISPOSABLE.keys()
