"""How far imports have come, and their reports."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from identity_service.domain import import_refusals as refusals
from identity_service.domain.caller import Caller
from identity_service.domain.imports import Import, Verdict
from identity_service.domain.programs import ProgramDirectory
from identity_service.use_cases.admission import admit
from identity_service.use_cases.import_ports import Imports, JudgedLine


@dataclass(frozen=True, slots=True)
class ReadImports:
    """The use cases."""

    imports: Imports
    programs: ProgramDirectory

    async def get(self, caller: Caller, program_id: str, import_id: str) -> Import:
        """An import. Raises PROGRAM_NOT_FOUND or IMPORT_NOT_FOUND."""
        admit(caller, program_id, self.programs)
        found = await self.imports.find(program_id, import_id)
        if found is None:
            raise refusals.import_not_found(program_id, import_id)
        return found

    async def lines(
        self, caller: Caller, program_id: str, import_id: str, verdicts: Collection[Verdict], after: int, limit: int
    ) -> Sequence[JudgedLine]:
        """The report behind a line, at most so many. Raises as `get`."""
        await self.get(caller, program_id, import_id)
        return await self.imports.lines(program_id, import_id, verdicts, after, limit)
