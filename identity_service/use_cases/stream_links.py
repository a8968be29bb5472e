"""Following merges and unmerges: every change after a cursor, program by program, then each new one."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass

from identity_service.domain import refusals
from identity_service.domain.caller import Caller
from identity_service.domain.merging import LinkChange
from identity_service.use_cases.admission import not_allowed
from identity_service.use_cases.merge_ports import LinkFeed

PAGE = 500
LOOK_AGAIN_SECONDS = 0.25
"""How often changes made by other processes are looked for; our own wake the stream at once."""


@dataclass(frozen=True, slots=True)
class LinkProgress:
    """Everything committed up to here was sent: the last position of each program that has one."""

    positions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StreamLinks:
    """The use case: gap-free and in commit order within a program; there is no order between programs."""

    feed: LinkFeed

    async def __call__(
        self, caller: Caller, programs: Collection[str], after: Mapping[str, int], stop_at_head: bool
    ) -> AsyncIterator[LinkChange | LinkProgress]:
        """Changes of the programs, or of all that the caller covers if none is named, also of those to come. Raises
        PROGRAM_NOT_ALLOWED, or CURSOR_INVALID for a position that was never given."""
        for program_id in {*programs, *after}:
            if not caller.covers(program_id):
                raise not_allowed(program_id)
        heads = await self._heads(caller, programs)
        cursor = dict(after)
        _require_written(cursor, heads)
        told = False
        while True:
            moved = False
            for program_id, head in heads.items():
                async for change in self._up_to(program_id, cursor, head):
                    moved = True
                    yield change
            if moved or not told:
                told = True
                yield LinkProgress(dict(sorted(cursor.items())))
            if stop_at_head:
                return
            if not moved:
                await self.feed.appended(LOOK_AGAIN_SECONDS)
            heads = await self._heads(caller, programs)

    async def _heads(self, caller: Caller, programs: Collection[str]) -> Mapping[str, int]:
        heads = await self.feed.heads()
        return {
            program_id: position
            for program_id, position in sorted(heads.items())
            if caller.covers(program_id) and (not programs or program_id in programs)
        }

    async def _up_to(self, program_id: str, cursor: dict[str, int], head: int) -> AsyncIterator[LinkChange]:
        while cursor.setdefault(program_id, 0) < head:
            for change in await self.feed.read(program_id, cursor[program_id], head, PAGE):
                cursor[program_id] = change.position
                yield change


def _require_written(cursor: Mapping[str, int], heads: Mapping[str, int]) -> None:
    for program_id, position in cursor.items():
        if position > heads.get(program_id, 0):
            raise refusals.cursor_invalid(f"position {position} of program {program_id} was never written")
