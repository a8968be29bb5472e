"""Making an import visible (docs/adr/0061): claim → compare the control totals → throw the switch → settle.

Every step is one transaction of some hundred lines that keeps how far it has come, so a crash between any two of them,
or within one, is made good by calling again. Up to the switch everything can be given back; behind it, everything
resolves, and what follows only writes down what was decided.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from identity_service.domain import import_refusals as refusals
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.import_judging import Judging, StagedIdentifier
from identity_service.domain.imports import Import, ImportState, Totals
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.requests import RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.import_ports import ImportChanges, Imports
from identity_service.use_cases.import_requests import name_once
from identity_service.use_cases.ports import Clock

LINES_AT_ONCE = 500
AT_WORK = timedelta(seconds=3)
"""How long a call works before it tells how far it has come."""


@dataclass(frozen=True, slots=True)
class CommitImport:
    """The use case."""

    imports: Imports
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, name: RequestName, import_id: str, expected: Totals) -> Import:
        """The import as far as it has come. Raises PROGRAM_NOT_FOUND, IMPORT_NOT_FOUND, IMPORT_STATE,
        IMPORT_IS_DRY_RUN, CONTROL_TOTALS_DIFFER, IMPORT_UNDER_WAY or REQUEST_ID_REUSED."""
        admit(caller, name.program_id, self.programs)
        found = await self.imports.find(name.program_id, import_id)
        if found is None:
            raise refusals.import_not_found(name.program_id, import_id)
        intent = self.fingerprints.of_intent("import.commit", [import_id, dict(expected.told())])
        step = _Step(caller, name, intent, import_id, expected, self.clock)
        until = self.clock.now() + AT_WORK
        while await self.imports.change(step) and self.clock.now() < until:
            pass
        found = await self.imports.find(name.program_id, import_id)
        assert found is not None, "an import is never deleted"
        return found


@dataclass(frozen=True, slots=True)
class _Step:
    """One transaction of a commit: what comes next, whatever came before."""

    caller: Caller
    name: RequestName
    intent: bytes
    import_id: str
    expected: Totals
    clock: Clock

    async def __call__(self, changes: ImportChanges) -> bool:
        """False if nothing is left to do."""
        found = await changes.lock(self.name.program_id, self.import_id)
        assert found is not None, "an import is never deleted"
        await name_once(changes, self.name, self.intent, commit_of=found.header)
        if found.header.dry_run:
            raise refusals.import_is_dry_run(self.import_id)
        match found.state:
            case ImportState.STAGED:
                await self._require_expected(changes, found)
                await self._move(changes, replace(found, state=ImportState.CLAIMING, done_line=0))
            case ImportState.CLAIMING if found.done_line < found.last_line:
                await self._claim(changes, found)
            case ImportState.CLAIMING:
                await self._switch(changes, found)
            case ImportState.RELEASING:
                await release(changes, found)
            case ImportState.SETTLING:
                await settle(changes, found, self.caller, self.name.request_id, self.clock)
            case ImportState.COMMITTED:
                await self._require_expected(changes, found)
                return False
            case _:
                raise refusals.import_state(found.state.value)
        return True

    async def _claim(self, changes: ImportChanges, found: Import) -> None:
        """Takes the identifiers of the next lines, so that nobody else can, and judges them by whose the others are."""
        header = found.header
        lines = await changes.staged(header, found.done_line, LINES_AT_ONCE)
        asked: dict[bytes, tuple[StagedIdentifier, int]] = {}
        for line in lines:
            for one in line.identifiers:
                asked.setdefault(one.fingerprint, (one, line.number))
        claimed = await changes.claim(header, asked)
        judging = Judging(header, await changes.owners(header, found.done_line, asked))
        judged = judging(lines)
        brought = [judging.brought[fingerprint] for fingerprint in judging.brought if fingerprint in claimed]
        await changes.point(header, brought, set(claimed) - judging.brought.keys())
        await changes.keep_judged(header, found.done_line, judged, brought)
        await self._move(changes, replace(found, done_line=lines[-1].number))

    async def _switch(self, changes: ImportChanges, found: Import) -> None:
        """Everything is claimed and judged for good: it is what was expected, or nothing of it stays."""
        if await changes.totals(found.header) == self.expected:
            on = replace(found, state=ImportState.SETTLING, done_line=0, switch_time=self.clock.now())
            await self._move(changes, on)
        else:
            await self._move(changes, replace(found, state=ImportState.RELEASING, done_line=0))

    async def _require_expected(self, changes: ImportChanges, found: Import) -> None:
        totals = await changes.totals(found.header)
        if totals != self.expected:
            raise refusals.control_totals_differ(self.expected.told(), totals.told())

    async def _move(self, changes: ImportChanges, found: Import) -> None:
        await _move(changes, found)


async def settle(changes: ImportChanges, found: Import, caller: Caller, request_id: str, clock: Clock) -> None:
    """One transaction behind the switch: members become like any other, then what was staged is erased."""
    done = await changes.settle(found.header, found.done_line, LINES_AT_ONCE, caller, request_id, clock.now())
    if done > found.done_line:
        await _move(changes, replace(found, done_line=done))
    elif not await changes.erase(found.header, LINES_AT_ONCE):
        await _move(changes, replace(found, state=ImportState.COMMITTED))


async def release(changes: ImportChanges, found: Import) -> None:
    """One transaction of giving back what was claimed, and the names it was claimed under."""
    await changes.forget_commits(found.header)
    if not await changes.release(found.header, LINES_AT_ONCE):
        await _move(changes, replace(found, state=ImportState.STAGED, done_line=0))


async def _move(changes: ImportChanges, found: Import) -> None:
    if not await changes.move(found):
        raise refusals.import_under_way()
