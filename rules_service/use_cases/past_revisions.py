"""Revisions that are not live, made ready for deciding when somebody names them, or a time at which they were."""

import asyncio
from collections import OrderedDict
from datetime import datetime

from rules_service.domain.compiled_program import CompiledProgram, compile_program
from rules_service.domain.condition import Conditions
from rules_service.domain.refusals import no_revision_yet, revision_not_found
from rules_service.domain.revision import Revision
from rules_service.use_cases.live_programs import LivePrograms
from rules_service.use_cases.ports import RevisionLog

MOST_READY = 8
"""So many are kept ready. Who works through old orders names few at a time; a revision may have thousands of rules."""


class PastRevisions:
    """A revision never changes, so what is ready stays right. Used on one event loop only."""

    def __init__(self, log: RevisionLog, live: LivePrograms, conditions: Conditions) -> None:
        self._log = log
        self._live = live
        self._conditions = conditions
        self._ready: OrderedDict[tuple[str, str], CompiledProgram] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def get(self, program_id: str, revision: str) -> CompiledProgram:
        """The program at that revision; empty: at the live one. Refused PROGRAM_NOT_FOUND, REVISION_NOT_FOUND."""
        live = self._live.get(program_id).compiled
        if revision in ("", live.revision):
            return live
        named = (program_id, revision)
        if named not in self._ready:
            async with self._one_at_a_time:
                if named not in self._ready:
                    await self._load(program_id, revision)
        self._ready.move_to_end(named)
        return self._ready[named]

    async def live_at(self, program_id: str, record_time: datetime) -> str:
        """The revision that was live then. Refused PROGRAM_NOT_FOUND, REVISION_NOT_FOUND.

        Always asked of the store: of what was published just before, memory may not know yet.
        """
        self._live.get(program_id)
        revision = await self._log.live_at(program_id, record_time)
        if revision is None:
            raise no_revision_yet(program_id, record_time.isoformat())
        return revision

    async def _load(self, program_id: str, revision: str) -> None:
        found = await self._log.named(program_id, revision)
        if found is None:
            raise revision_not_found(program_id, revision)
        # Off the event loop, as live revisions are.
        self._ready[program_id, revision] = await asyncio.to_thread(self._compiled, found)
        while len(self._ready) > MOST_READY:
            self._ready.popitem(last=False)

    def _compiled(self, found: Revision) -> CompiledProgram:
        return compile_program(found.revision, found.program, self._conditions)
