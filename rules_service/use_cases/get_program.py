"""Looks up a program's live or past configuration."""

from rules_service.domain.program_file import ProgramFile
from rules_service.domain.refusals import program_not_found, revision_not_found
from rules_service.domain.revision import Revision
from rules_service.use_cases.ports import RevisionLog


class GetProgram:
    """The caller has been found to cover the program before this is asked."""

    def __init__(self, log: RevisionLog) -> None:
        self._log = log

    async def run(self, program_id: str, revision: str) -> tuple[Revision, tuple[ProgramFile, ...]]:
        """The revision (empty: the live one) and its files. Refused PROGRAM_NOT_FOUND, REVISION_NOT_FOUND."""
        found = await self._log.live(program_id)
        if found is None:
            raise program_not_found(program_id)
        if revision and revision != found.revision:
            found = await self._log.named(program_id, revision)
        if found is None:
            raise revision_not_found(program_id, revision)
        return found, await self._log.files(program_id, found.sequence)
