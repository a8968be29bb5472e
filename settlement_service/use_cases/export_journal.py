"""The journal with its lineage, for a file."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from settlement_service.domain import refusals
from settlement_service.domain.exported import ExportedEntry, Extent
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.period_ports import PeriodNames
from settlement_service.use_cases.statement_ports import JournalReading, StatementReading

PAGE_ENTRIES = 250
"""A message of a few hundred kilobytes, of JSON about a megabyte; what is held at a time is a few of them."""


class ExportJournal:
    """Reads entries page by page. Bounds are fixed when an export begins, so that its rest, asked for later, is the
    rest of the same file."""

    def __init__(
        self,
        programs: ProgramDirectory,
        periods: PeriodNames,
        statements: StatementReading,
        journal: JournalReading,
    ) -> None:
        self._programs = programs
        self._periods = periods
        self._statements = statements
        self._journal = journal

    async def facts(self, program: str, entity: str) -> ProgramFacts:
        """The program. Refuses PROGRAM_NOT_FOUND, ENTITY_UNKNOWN."""
        facts = self._programs.facts(program)
        if entity and entity not in facts.entities and entity not in await self._statements.entities(program):
            raise refusals.entity_unknown(program, entity)
        return facts

    async def extent(self, program: str, from_period: str, to_period: str) -> Extent:
        """What an export of these periods holds; empty names: from the first, to the open one. Refuses
        PERIOD_NOT_FOUND."""
        first = await self._periods.find(program, from_period) if from_period else 1
        last = await self._periods.find_or_open(program, to_period)
        return await self._journal.extent(program, first, last)

    def entries(
        self, program: str, entity: str, extent: Extent, after: int | None = None
    ) -> AsyncIterator[Sequence[ExportedEntry]]:
        """The entries, or those after one of them."""
        rest = extent if after is None else replace(extent, after=after)
        return self._journal.pages(program, entity, rest, PAGE_ENTRIES)
