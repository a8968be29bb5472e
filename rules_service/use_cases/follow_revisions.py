"""Brings what is live in memory up to what is live in the store."""

import asyncio

from rules_service.domain.compiled_program import compile_program
from rules_service.domain.condition import Conditions
from rules_service.domain.revision import LiveProgram, Revision
from rules_service.use_cases.live_programs import LivePrograms
from rules_service.use_cases.ports import RevisionLog


class FollowRevisions:
    """Safe to ask at any time and from anywhere; runs one at a time."""

    def __init__(self, log: RevisionLog, live: LivePrograms, conditions: Conditions) -> None:
        self._log = log
        self._live = live
        self._conditions = conditions
        self._one_at_a_time = asyncio.Lock()

    async def refresh(self) -> None:
        """Load every revision that memory lacks, in sequence; of a program that is new here only the live one.

        A program that cannot be loaded does not keep the others back; an ExceptionGroup tells of it at the end.
        """
        async with self._one_at_a_time:
            faults: list[Exception] = []
            for program_id, sequence in sorted((await self._log.heads()).items()):
                try:
                    await self._catch_up(program_id, sequence)
                except Exception as fault:
                    faults.append(fault)
            if faults:
                raise ExceptionGroup("programs could not be loaded", faults)

    async def reconcile(self) -> bool:
        """A tick of the loop that heals a lost announcement; False: there is nothing more to do at once."""
        await self.refresh()
        return False

    async def _catch_up(self, program_id: str, head: int) -> None:
        known = self._live.sequence(program_id)
        for sequence in range(known + 1 if known else head, head + 1):
            revision = await self._log.at(program_id, sequence)
            if revision is not None:
                # Off the event loop: thousands of rules take a while, and orders are judged meanwhile.
                self._live.replace(await asyncio.to_thread(self._ready, revision))

    def _ready(self, revision: Revision) -> LiveProgram:
        return LiveProgram(revision, compile_program(revision.revision, revision.program, self._conditions))
