"""Makes files the live configuration of a program: read → plan → lock → still so? → publish, all or nothing."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from chassis.values.refusal import Refusal
from rules_service.domain.change import NOTHING_YET, ChangeRequest, PlannedChange, plan_change
from rules_service.domain.content import program_content
from rules_service.domain.difference import Difference, differences
from rules_service.domain.program import Program
from rules_service.domain.refusals import request_id_reused, revision_conflict
from rules_service.domain.revision import Revision
from rules_service.use_cases.follow_revisions import FollowRevisions
from rules_service.use_cases.ports import (
    ChangeBook,
    Clock,
    KeptChange,
    ProgramReader,
    RequestKeeper,
    RevisionLog,
)

MOST_TRIES = 5
"""So often a change is planned that changes of other instances overtake; then it is refused."""


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """The revision that is, or would be, live; `replayed` if an earlier call with this request id made it so."""

    revision: Revision
    changed: bool
    differences: tuple[Difference, ...]
    replayed: bool = False


class ApplyProgram:
    """The caller has been found to cover the program before this is asked."""

    def __init__(self, log: RevisionLog, read: ProgramReader, follow: FollowRevisions, clock: Clock) -> None:
        self._log = log
        self._read = read
        self._follow = follow
        self._clock = clock
        # Reading and planning take no more than one processor; and the changes of one instance do not overtake
        # each other.
        self._one_at_a_time = asyncio.Lock()

    async def run(self, caller: str, request: ChangeRequest) -> AppliedChange:
        """Apply, or with `dry_run` only plan, the change.

        Refused PROGRAM_INVALID, REQUEST_ID_REUSED, SANDBOX_FIXED, REVISION_CONFLICT. A refused change leaves
        no trace: the request id may be used again.
        """
        if request.dry_run:
            return await self._would_be(request)
        if (kept := await _kept(self._log, caller, request)) is not None:
            return await self._replay(request.program_id, kept)
        async with self._one_at_a_time:
            made = await self._made(caller, request, await self._program(request))
        if isinstance(made, KeptChange):
            return await self._replay(request.program_id, made)
        # The change is committed: if memory cannot be refreshed now, the announcement or the next tick does it.
        with suppress(Refusal, ExceptionGroup):
            await self._follow.refresh()
        return made

    async def _made(self, caller: str, request: ChangeRequest, program: Program) -> AppliedChange | KeptChange:
        """The change, planned again if another one overtook it; or what an earlier call with its id made."""
        for _ in range(MOST_TRIES):
            live = await self._log.live(request.program_id)
            # Asked after what is live: a repeat that is live by now is known by now.
            kept = await _kept(self._log, caller, request)
            if kept is not None:
                return kept
            planned = await self._planned(live, program, request)
            async with self._log.changing(request.program_id) as book:
                kept = await _kept(book, caller, request)
                if kept is not None:
                    return kept
                if await book.head(request.program_id) == planned.base_sequence:
                    return await self._apply(book, caller, request, live, planned)
        raise await self._overtaken(request.program_id, live)

    async def _apply(
        self, book: ChangeBook, caller: str, request: ChangeRequest, live: Revision | None, planned: PlannedChange
    ) -> AppliedChange:
        revision = self._after(live, planned)
        if planned.changed:
            await book.publish(revision, planned.text)
            await book.keep_files(request.program_id, revision.sequence, request.files)
        change = KeptChange(request.intent_hash(), planned.base_sequence, revision.sequence)
        await book.keep(request.program_id, caller, request.request_id, change)
        return AppliedChange(revision, planned.changed, planned.differences)

    async def _would_be(self, request: ChangeRequest) -> AppliedChange:
        async with self._one_at_a_time:
            program = await self._program(request)
            live = await self._log.live(request.program_id)
            planned = await self._planned(live, program, request)
        return AppliedChange(self._after(live, planned), planned.changed, planned.differences)

    def _after(self, live: Revision | None, planned: PlannedChange) -> Revision:
        return live if live is not None and not planned.changed else planned.next(self._clock.now())

    async def _program(self, request: ChangeRequest) -> Program:
        """Off the event loop: a large program takes a while to read, and orders are judged meanwhile."""
        return await asyncio.to_thread(self._read, request.program_id, request.files)

    async def _planned(self, live: Revision | None, program: Program, request: ChangeRequest) -> PlannedChange:
        """Off the event loop as well, and outside of the transaction, which may not stand still for so long."""
        return await asyncio.to_thread(plan_change, live, program, request.expected_revision)

    async def _overtaken(self, program_id: str, against: Revision | None) -> Refusal:
        live = await self._log.live(program_id)
        assert live is not None, "another change has been made"
        return revision_conflict(program_id, against.revision if against is not None else NOTHING_YET, live.revision)

    async def _replay(self, program_id: str, kept: KeptChange) -> AppliedChange:
        """The first answer again, from revisions that never change."""
        after = await self._log.at(program_id, kept.sequence)
        assert after is not None, "a kept change names a sequence that exists"
        before = await self._log.at(program_id, kept.base_sequence)
        changed = kept.base_sequence != kept.sequence
        between = await asyncio.to_thread(_differences, before, after) if changed else ()
        return AppliedChange(after, changed, between, replayed=True)


def _differences(before: Revision | None, after: Revision) -> tuple[Difference, ...]:
    content = program_content(before.program) if before is not None else {}
    return differences(content, program_content(after.program))


async def _kept(keeper: RequestKeeper, caller: str, request: ChangeRequest) -> KeptChange | None:
    """The change this very request made before; REQUEST_ID_REUSED if it was another."""
    kept = await keeper.kept(request.program_id, caller, request.request_id)
    if kept is not None and kept.intent_hash != request.intent_hash():
        raise request_id_reused(request.program_id, request.request_id)
    return kept
