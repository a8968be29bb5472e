"""Every named statement fits the schema that the migrations make."""

import re

import asyncpg
import pytest

from tests.contract.checkout import CHECKOUT, SERVICES
from tests.support.servers import Databases

_STAR = re.compile(r"\b(SELECT|RETURNING)\s+(\w+\.)?\*", re.IGNORECASE)

STATEMENTS = {
    service: sorted(
        path for path in (CHECKOUT / service).rglob("*.sql") if "migrations" not in path.relative_to(CHECKOUT).parts
    )
    for service in SERVICES
}


@pytest.mark.parametrize("service", [service for service in SERVICES if STATEMENTS[service]])
async def test_every_statement_prepares_for_the_serving_role(service: str, databases: Databases) -> None:
    faults = []
    async with databases.fresh(service.removesuffix("_service")) as database:
        connection = await asyncpg.connect(database.url)
        try:
            for path in STATEMENTS[service]:
                try:
                    await connection.prepare(path.read_text())
                except asyncpg.PostgresError as error:
                    faults.append(f"{path.relative_to(CHECKOUT)}: {error}")
        finally:
            await connection.close()
    assert faults == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_statement_begins_with_a_comment_and_names_its_columns(service: str) -> None:
    texts = {path.relative_to(CHECKOUT).as_posix(): path.read_text() for path in STATEMENTS[service]}
    silent = [name for name, text in texts.items() if not text.startswith("-- ")]
    starred = [name for name, text in texts.items() if _STAR.search(text)]
    assert silent + starred == []
