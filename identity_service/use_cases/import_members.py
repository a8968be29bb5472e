"""Staging the lines of an import: each is judged against what is there, nothing becomes visible (docs/adr/0061)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from identity_service.domain import import_refusals as refusals
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.import_judging import Judging, StagedIdentifier, StagedLine
from identity_service.domain.imports import Header, Import, ImportState, Line
from identity_service.domain.programs import NOWHERE, ProgramDirectory
from identity_service.use_cases.admission import admit
from identity_service.use_cases.import_ports import ImportChanges, Imports
from identity_service.use_cases.ports import Clock

LINES_AT_ONCE = 500
"""A transaction of a stream. What a broken stream had not filled one with is sent again."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The import after an upload, and how many lines of it were staged already."""

    found: Import
    repeated: int


@dataclass(frozen=True, slots=True)
class ImportMembers:
    """The use case."""

    imports: Imports
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, header: Header, lines: AsyncIterator[Line]) -> Uploaded:
        """Stages what is new. Raises PROGRAM_NOT_FOUND, IMPORT_CONFLICT, IMPORT_STATE, IMPORT_LINE_CHANGED or
        IMPORT_OUT_OF_ORDER; what was staged before that stays."""
        admit(caller, header.program_id, self.programs)
        await self._begin(caller, header)
        portion: list[Line] = []
        repeated = last = 0
        async for line in lines:
            if line.number <= last:
                await self._stage(header, portion)
                raise refusals.import_out_of_order(f"line {line.number} comes after line {last}")
            last = line.number
            portion.append(line)
            if len(portion) == LINES_AT_ONCE:
                repeated += await self._stage(header, portion)
                portion = []
        repeated += await self._stage(header, portion)
        found = await self.imports.find(header.program_id, header.import_id)
        assert found is not None, "an import is never deleted"
        return Uploaded(found, repeated)

    async def _begin(self, caller: Caller, header: Header) -> None:
        async def begin(changes: ImportChanges) -> Import | None:
            await changes.begin(header, caller, self.clock.now())
            return await changes.lock(header.program_id, header.import_id)

        found = await self.imports.change(begin)
        if found is None or found.header != header:
            raise refusals.import_conflict(header.import_id)

    async def _stage(self, header: Header, portion: Sequence[Line]) -> int:
        """Stages lines that are not staged yet; how many were."""

        async def stage(changes: ImportChanges) -> int:
            found = await changes.lock(header.program_id, header.import_id)
            assert found is not None, "an import is never deleted"
            hashes = {line.number: self.fingerprints.of_intent("import.line", line.content) for line in portion}
            known = await changes.hashes(header, list(hashes))
            for number, content in hashes.items():
                if number <= found.last_line and known.get(number) != content:
                    raise refusals.import_line_changed(number)
            new = [line for line in portion if line.number > found.last_line]
            if not new:
                return len(portion)
            if found.state is not ImportState.STAGED:
                raise refusals.import_state(found.state.value)
            new = [self._placed(header, line) for line in new]
            staged = [staged_line(self.fingerprints, header, line) for line in new]
            wanted = {one.fingerprint for line in staged for one in line.identifiers}
            judging = Judging(header, await changes.owners(header, found.last_line, wanted))
            judged = judging(staged)
            kept = [
                (line, hashes[line.number], as_staged, judged[line.number])
                for line, as_staged in zip(new, staged, strict=True)
            ]
            await changes.stage(header, kept, judging.brought)
            await changes.move(replace(found, last_line=new[-1].number))
            return len(portion) - len(new)

        return await self.imports.change(stage) if portion else 0

    def _placed(self, header: Header, line: Line) -> Line:
        """The line, malformed if its home is no place or brand of the program."""
        person = line.person
        if person is None:
            return line
        known = self.programs.places.get(header.program_id, NOWHERE)
        if person.home_location_id and person.home_location_id not in known.locations:
            return replace(line, person=None, field="home_location_id")
        if person.home_brand_id and person.home_brand_id not in known.brands:
            return replace(line, person=None, field="home_brand_id")
        return line


def staged_line(fingerprints: Fingerprints, header: Header, line: Line) -> StagedLine:
    """A line as it is judged."""
    if line.person is None:
        return StagedLine(line.number, (), line.field)
    return StagedLine(
        line.number,
        tuple(
            StagedIdentifier(
                ordinal,
                one.identifier.kind,
                fingerprints.of_identifier(header.program_id, one.identifier),
                one.verified,
            )
            for ordinal, one in enumerate(line.person.identifiers)
        ),
    )
