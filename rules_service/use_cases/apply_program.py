"""Makes files the live configuration of a program: read → lock → kept? → plan → publish, all or nothing."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from chassis.values.refusal import Refusal
from rules_service.domain.change import ChangeRequest, PlannedChange, plan_change
from rules_service.domain.content import program_content
from rules_service.domain.difference import Difference, differences
from rules_service.domain.program import Program
from rules_service.domain.refusals import request_id_reused
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

    async def run(self, caller: str, request: ChangeRequest) -> AppliedChange:
        """Apply, or with `dry_run` only plan, the change.

        Refused PROGRAM_INVALID, REQUEST_ID_REUSED, SANDBOX_FIXED, REVISION_CONFLICT. A refused change leaves
        no trace: the request id may be used again.
        """
        if request.dry_run:
            return await self._would_be(request)
        if (kept := await _kept(self._log, caller, request)) is not None:
            return await self._replay(request.program_id, kept)
        program = await self._program(request)
        async with self._log.changing(request.program_id) as book:
            kept = await _kept(book, caller, request)
            if kept is None:
                applied = await self._apply(book, caller, request, program)
        if kept is not None:
            return await self._replay(request.program_id, kept)
        # The change is committed: if memory cannot be refreshed now, the announcement or the next tick does it.
        with suppress(Refusal, ExceptionGroup):
            await self._follow.refresh()
        return applied

    async def _apply(self, book: ChangeBook, caller: str, request: ChangeRequest, program: Program) -> AppliedChange:
        live = await book.live(request.program_id)
        planned = plan_change(live, program, request.expected_revision)
        base = live.sequence if live is not None else 0
        if live is None or planned.changed:
            revision = await book.publish(
                request.program_id, base + 1, planned.revision, planned.content, self._clock.now()
            )
            await book.keep_files(request.program_id, revision.sequence, request.files)
        else:
            revision = live
        change = KeptChange(request.intent_hash(), base, revision.sequence)
        await book.keep(request.program_id, caller, request.request_id, change)
        return AppliedChange(revision, planned.changed, planned.differences)

    async def _would_be(self, request: ChangeRequest) -> AppliedChange:
        program = await self._program(request)
        live = await self._log.live(request.program_id)
        planned = plan_change(live, program, request.expected_revision)
        revision = live if live is not None and not planned.changed else self._next(live, planned, program)
        return AppliedChange(revision, planned.changed, planned.differences)

    def _next(self, live: Revision | None, planned: PlannedChange, program: Program) -> Revision:
        sequence = 1 + (live.sequence if live is not None else 0)
        return Revision(program.program_id, planned.revision, sequence, self._clock.now(), program)

    async def _program(self, request: ChangeRequest) -> Program:
        """Off the event loop: a large program takes a while to read, and orders are judged meanwhile."""
        return await asyncio.to_thread(self._read, request.program_id, request.files)

    async def _replay(self, program_id: str, kept: KeptChange) -> AppliedChange:
        """The first answer again, from revisions that never change."""
        after = await self._log.at(program_id, kept.sequence)
        assert after is not None, "a kept change names a sequence that exists"
        before = await self._log.at(program_id, kept.base_sequence)
        content = program_content(before.program) if before is not None else {}
        return AppliedChange(
            revision=after,
            changed=kept.base_sequence != kept.sequence,
            differences=differences(content, program_content(after.program)),
            replayed=True,
        )


async def _kept(keeper: RequestKeeper, caller: str, request: ChangeRequest) -> KeptChange | None:
    """The change this very request made before; REQUEST_ID_REUSED if it was another."""
    kept = await keeper.kept(request.program_id, caller, request.request_id)
    if kept is not None and kept.intent_hash != request.intent_hash():
        raise request_id_reused(request.program_id, request.request_id)
    return kept
