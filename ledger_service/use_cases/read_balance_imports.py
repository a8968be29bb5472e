"""How far imports of balances have come, their reports, and giving them up."""

from collections.abc import Sequence

from ledger_service.domain import import_refusals
from ledger_service.domain.balance_import import BalanceImport, ImportState, StagedLine
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.import_ports import BalanceImports
from ledger_service.use_cases.office_names import Names, name_of
from ledger_service.use_cases.ports import Programs


class ReadBalanceImports:
    """What is there."""

    def __init__(self, programs: Programs, imports: BalanceImports) -> None:
        self._programs = programs
        self._imports = imports

    async def get(self, program: str, import_id: str) -> BalanceImport:
        """An import. PROGRAM_NOT_FOUND, IMPORT_NOT_FOUND."""
        self._programs.facts(program)
        found = await self._imports.find(program, import_id)
        if found is None:
            raise import_refusals.import_not_found(program, import_id)
        return found

    async def report(self, program: str, import_id: str, after: int, limit: int) -> Sequence[StagedLine]:
        """The next lines that are refused, empty or not born. PROGRAM_NOT_FOUND, IMPORT_NOT_FOUND."""
        await self.get(program, import_id)
        return await self._imports.report(program, import_id, after, limit)

    async def withdrawn(
        self, program: str, import_id: str, after: int, limit: int
    ) -> tuple[BalanceImport, Sequence[StagedLine]]:
        """The import, and the next lines that have gone back. PROGRAM_NOT_FOUND, IMPORT_NOT_FOUND."""
        found = await self.get(program, import_id)
        return found, await self._imports.withdrawn(program, import_id, after, limit)


class AbandonBalanceImport:
    """Gives an import up of which nothing was born."""

    def __init__(self, admission: Admission, names: Names, reads: ReadBalanceImports, imports: BalanceImports) -> None:
        self._admission = admission
        self._names = names
        self._reads = reads
        self._imports = imports

    async def __call__(self, caller: str, program: str, request_id: str, import_id: str) -> BalanceImport:
        """The import, given up. IMPORT_NOT_FOUND, IMPORT_STATE, REQUEST_ID_REUSED."""
        found = await self._reads.get(program, import_id)
        name = name_of(self._admission, Asked(program, caller, request_id, ["abandon import", import_id]))
        if await self._names.kept(name):
            return found
        if found.state is ImportState.STAGED:
            await self._imports.move(found, ImportState.ABANDONED, name)
            found = await self._reads.get(program, import_id)
        if found.state is not ImportState.ABANDONED:
            raise import_refusals.import_state(found.state.value)
        await self._names.keep(name)
        return found
