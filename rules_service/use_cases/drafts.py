"""Configurations that are not live, made ready for deciding from their files. Nothing of them is stored."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.values.canonical import content_hash
from rules_service.domain.compiled_program import CompiledProgram, compile_program
from rules_service.domain.condition import Conditions
from rules_service.domain.content import program_content, revision_id
from rules_service.domain.program_file import ProgramFile
from rules_service.use_cases.ports import ProgramReader

MOST_READY = 4
"""So many are kept ready: who compares a draft with what is live sends it again with every batch of orders."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of a program as they might be."""

    program_id: str
    files: tuple[ProgramFile, ...]

    def content_hash(self) -> bytes:
        """What the files say, whatever their order."""
        files = sorted([file.path, file.content] for file in self.files)
        return content_hash("draft/1", {"program_id": self.program_id, "files": files})


class Drafts:
    """Kept by the hash of their files, the latest few. Used on one event loop only."""

    def __init__(self, read: ProgramReader, conditions: Conditions) -> None:
        self._read = read
        self._conditions = conditions
        self._ready: OrderedDict[bytes, CompiledProgram] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def get(self, draft: Draft) -> CompiledProgram:
        """The draft, under the revision it would be live as. Refused PROGRAM_INVALID."""
        # Off the event loop: a large program takes a while to hash and to read, and orders are judged meanwhile. One
        # at a time, so that drafts take no more than one processor.
        named = await asyncio.to_thread(draft.content_hash)
        async with self._one_at_a_time:
            ready = self._ready.get(named)
            if ready is None:
                ready = self._ready[named] = await asyncio.to_thread(self._compiled, draft.program_id, draft.files)
            self._ready.move_to_end(named)
            while len(self._ready) > MOST_READY:
                self._ready.popitem(last=False)
        return ready

    def _compiled(self, program_id: str, files: Sequence[ProgramFile]) -> CompiledProgram:
        program = self._read(program_id, files)
        return compile_program(revision_id(program_content(program)), program, self._conditions)
