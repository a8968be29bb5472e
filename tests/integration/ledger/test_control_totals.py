"""What is committed is what the control totals say, whatever is staged while they are compared; and nothing of a
program that is about to leave."""

import asyncio
from datetime import datetime

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from chassis.values.refusal import Refusal
from ledger_service.domain.balance_import import BalanceImport, ImportState, total
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.store.balance_imports import PostgresBalanceImports
from ledger_service.store.office_names import PostgresNames
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.commit_balance_import import CommitBalanceImport, CommitRequest
from ledger_service.use_cases.import_ports import HashedLine
from ledger_service.use_cases.office_names import Name
from tests.integration.ledger.house import House
from tests.unit.ledger.test_import_commits import HEADER, LINES, NOW, World

FIRST, SECOND = (HashedLine(line, bytes(32)) for line in LINES[:2])


class Growing(PostgresBalanceImports):
    """Somebody stages another line when the totals were compared."""

    async def move(
        self,
        found: BalanceImport,
        state: ImportState,
        name: Name | None = None,
        signed_by: str = "",
        commit_time: datetime | None = None,
    ) -> bool:
        await self.stage(found.header, [SECOND])
        return await super().move(found, state, name, signed_by, commit_time)


async def test_a_line_that_is_staged_behind_the_totals_is_not_committed_with_them(house: House) -> None:
    world = World()
    admission = Admission(world, world, Fingerprints(b"k" * 32), world, str)  # type: ignore[arg-type]
    async with open_database(SecretStr(house.database.url), application_name="growing", pool_size=2) as database:
        imports, names = Growing(database), PostgresNames(database)
        await imports.begin(HEADER, NOW)
        await imports.stage(HEADER, [FIRST])
        commit = CommitBalanceImport(admission, names, world, world, world, imports, world)  # type: ignore[arg-type]
        with pytest.raises(Refusal, match="CONTROL_TOTALS_DIFFER"):
            await commit("office", CommitRequest("p", "c-1", "i", total([FIRST.line]), "F"))
        found = await imports.find("p", "i")
        assert found is not None
        assert (found.state, found.totals.lines, world.born) == (ImportState.STAGED, 2, {})


async def test_no_commit_begins_while_its_program_is_let_leave(house: House) -> None:
    """As `_close_border` does it: its own look at imports lies behind it, and its commit before it."""
    async with open_database(SecretStr(house.database.url), application_name="leaving", pool_size=2) as database:
        imports = PostgresBalanceImports(database)
        await imports.begin(HEADER, NOW)
        found = await imports.find("p", "i")
        assert found is not None
        leaving = await asyncpg.connect(house.database.url)
        try:
            await leaving.execute(
                "INSERT INTO pooling (program, source, state, number) VALUES ('p', 'old', 'pooled', 1)"
            )
            async with leaving.transaction():
                await leaving.execute("UPDATE pooling SET state = 'leaving' WHERE program = 'p' AND source = 'old'")
                moving = asyncio.create_task(imports.move(found, ImportState.COMMITTING))
                await asyncio.wait([moving], timeout=0.1)
            assert not await moving
        finally:
            await leaving.close()
