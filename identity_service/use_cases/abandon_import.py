"""Giving an import up that is not visible: what it claimed is given back, what was staged is erased."""

from dataclasses import dataclass, replace

from identity_service.domain import import_refusals as refusals
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.imports import Import, ImportState
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.commit_import import AT_WORK, LINES_AT_ONCE
from identity_service.use_cases.import_ports import ImportChanges, Imports
from identity_service.use_cases.import_requests import name_once
from identity_service.use_cases.ports import Clock

_NOT_VISIBLE = (ImportState.STAGED, ImportState.CLAIMING, ImportState.RELEASING)


@dataclass(frozen=True, slots=True)
class AbandonImport:
    """The use case."""

    imports: Imports
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, name: RequestName, import_id: str) -> Import:
        """The import as far as it has come. Raises PROGRAM_NOT_FOUND, IMPORT_NOT_FOUND, IMPORT_STATE or
        REQUEST_ID_REUSED."""
        admit(caller, name.program_id, self.programs)
        if await self.imports.find(name.program_id, import_id) is None:
            raise refusals.import_not_found(name.program_id, import_id)
        intent = self.fingerprints.of_intent("import.abandon", import_id)

        async def step(changes: ImportChanges) -> bool:
            found = await changes.lock(name.program_id, import_id)
            assert found is not None, "an import is never deleted"
            await name_once(changes, name, intent)
            return await carry_on(changes, found)

        until = self.clock.now() + AT_WORK
        while await self.imports.change(step) and self.clock.now() < until:
            pass
        found = await self.imports.find(name.program_id, import_id)
        assert found is not None, "an import is never deleted"
        return found


async def carry_on(changes: ImportChanges, found: Import) -> bool:
    """One transaction of it; False if nothing is left to do."""
    if found.state is ImportState.ABANDONED:
        return False
    if found.state in _NOT_VISIBLE:
        await changes.forget_commits(found.header)
        if not await changes.move(replace(found, state=ImportState.ABANDONING)):
            raise refusals.import_under_way()
        return True
    if found.state is not ImportState.ABANDONING:
        raise refusals.import_state(found.state.value)
    released = await changes.release(found.header, LINES_AT_ONCE)
    erased = await changes.erase(found.header, LINES_AT_ONCE)
    if not (released or erased):
        await changes.move(replace(found, state=ImportState.ABANDONED))
    return True
