"""Every statement fits the schema."""

from chassis.runtime.statements import unpreparable
from rules_service.store.revision_log import SQL
from tests.support.servers import Databases


async def test_every_statement_can_be_prepared_by_the_serving_role(databases: Databases) -> None:
    async with databases.fresh("rules") as database:
        assert await unpreparable(database.url, SQL) == []
