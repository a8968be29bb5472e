"""loyalty.settlement.v1.StatementService: statements, the journal as a file, explanations, roll-ups."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from loyalty.settlement.v1 import statement_service_pb2 as messages
from loyalty.settlement.v1 import statement_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY, Caller, current_caller
from chassis.runtime.reasons import DIVISION_NOT_ALLOWED
from chassis.values.integers import checked
from chassis.values.refusal import refuse
from settlement_service.domain.exported import Extent
from settlement_service.domain.figure_names import FigureName, Part
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.roll_ups.roll_up import Divisions
from settlement_service.domain.statement import Statement
from settlement_service.servicer.common import admit_entity, admit_whole, require_every_division
from settlement_service.use_cases.explain_figure import ExplainFigure
from settlement_service.use_cases.export_journal import ExportJournal
from settlement_service.use_cases.get_roll_up import GetRollUp
from settlement_service.use_cases.get_statement import GetStatement
from settlement_service.wire import statement_answers as answers
from settlement_service.wire import statement_requests as requests
from settlement_service.wire.journal_parquet import ParquetJournal
from settlement_service.wire.journal_text import csv_head, csv_records, json_records
from settlement_service.wire.positions import vector_message
from settlement_service.wire.statement_csv import statement_csv
from settlement_service.wire.statement_html import statement_html

_PIECE = 65_536
_ENTRIES = 100
"""A message: with the longest ids still far below the 4 MiB that a client takes unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class StatementServicer(stubs.StatementServiceServicer):
    """loyalty.settlement.v1.StatementService."""

    get_statement: GetStatement
    export_journal: ExportJournal
    explain_figure: ExplainFigure
    get_roll_up: GetRollUp

    async def GetStatement(
        self, request: messages.GetStatementRequest, context: Context
    ) -> messages.GetStatementResponse:
        return messages.GetStatementResponse(statement=answers.statement_message(await self._statement(request)))

    async def ExportStatement(
        self, request: messages.ExportStatementRequest, context: Context
    ) -> AsyncIterator[messages.ExportStatementResponse]:
        statement = await self._statement(request)
        if request.format == requests.HTML:
            text, ending, media_type = statement_html(statement), "html", "text/html; charset=utf-8"
        else:
            text, ending, media_type = statement_csv(statement), "csv", "text/csv; charset=utf-8; header=present"
        period = statement.header.period.name or "open"
        name = f"statement-{statement.header.entity.entity_id}-{period}.{ending}".replace("/", "_")
        data = text.encode()
        for start in range(0, len(data), _PIECE):
            piece = messages.ExportStatementResponse(data=data[start : start + _PIECE])
            if start == 0:
                piece.file_name, piece.media_type = name, media_type
            yield piece

    async def ExportJournal(
        self, request: messages.ExportJournalRequest, context: Context
    ) -> AsyncIterator[messages.ExportJournalResponse]:
        question = requests.journal_of(request)
        admit_whole(question.program)
        facts = await self.export_journal.facts(question.program, question.entity)
        if request.cursor:
            extent = question.extent(request.cursor)
        else:
            extent = await self.export_journal.extent(question.program, question.from_period, question.to_period)
        if question.format == requests.PARQUET:
            stream = self._parquet(question, facts, extent)
        else:
            stream = self._text(question, facts, extent, resumed=bool(request.cursor))
        async for piece in stream:
            yield piece

    async def ExplainFigure(
        self, request: messages.ExplainFigureRequest, context: Context
    ) -> messages.ExplainFigureResponse:
        question = requests.figure_of(request)
        caller = current_caller()
        caller.require_program(question.program)
        _require_divisions(caller, question.figure)
        found = await self.explain_figure(
            question.program, question.figure, question.scope, question.after, question.size
        )
        figure = str(question.figure)
        return messages.ExplainFigureResponse(
            meaning=question.figure.family.meaning,
            currency_code=found.currency,
            value=checked(found.value, figure),
            lines=[answers.line_message(line, figure) for line in found.lines],
            next_page_token=question.token(found.lines[-1].key) if found.more else "",
            up_to=vector_message(found.up_to),
        )

    async def GetRollUp(self, request: messages.GetRollUpRequest, context: Context) -> messages.GetRollUpResponse:
        question = requests.roll_up_of(request)
        caller = current_caller()
        caller.require_program(question.program)
        for brand in question.brands:
            caller.require_brand(brand)
        divisions = Divisions(
            question.brands or _covered(caller.brands), _covered(caller.regions), _covered(caller.locations)
        )
        up_to, figures, names = await self.get_roll_up(
            question.program, question.from_period, question.to_period, question.level, divisions
        )
        return messages.GetRollUpResponse(figures=answers.roll_up_messages(figures, names), up_to=vector_message(up_to))

    async def _statement(self, request: messages.GetStatementRequest | messages.ExportStatementRequest) -> Statement:
        question = requests.statement_of(request)
        admit_entity(question.program, question.entity)
        return await self.get_statement(question.program, question.entity, question.period)

    async def _text(
        self, question: requests.JournalQuestion, facts: ProgramFacts, extent: Extent, *, resumed: bool
    ) -> AsyncIterator[messages.ExportJournalResponse]:
        """CSV and JSON lines, some entries a message; the head record goes before the first one of a file."""
        is_csv = question.format == requests.JOURNAL_CSV
        write = csv_records if is_csv else json_records
        head = csv_head().encode() if is_csv and not resumed else b""
        if head:
            yield messages.ExportJournalResponse(data=head, cursor=question.cursor(extent.after, extent))
        records = 0
        async for entries in self.export_journal.entries(question.program, question.entity, extent):
            for start in range(0, len(entries), _ENTRIES):
                some = entries[start : start + _ENTRIES]
                data, count = await asyncio.to_thread(write, some, facts.settlement)
                records += count
                cursor = question.cursor(some[-1].number, extent)
                yield messages.ExportJournalResponse(data=data, cursor=cursor, records=records)

    async def _parquet(
        self, question: requests.JournalQuestion, facts: ProgramFacts, extent: Extent
    ) -> AsyncIterator[messages.ExportJournalResponse]:
        loop = asyncio.get_running_loop()
        # One thread for the whole file: each further one would keep memory of its own.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="parquet") as thread:
            file = await loop.run_in_executor(thread, ParquetJournal, facts.settlement)
            async for entries in self.export_journal.entries(question.program, question.entity, extent):
                for piece in _pieces(await loop.run_in_executor(thread, file.add, entries)):
                    yield messages.ExportJournalResponse(data=piece, records=file.records)
            for piece in _pieces(await loop.run_in_executor(thread, file.finish)):
                yield messages.ExportJournalResponse(data=piece, records=file.records)


def _pieces(data: bytes, size: int = 16 * _PIECE) -> Iterable[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def _covered(covered: frozenset[str]) -> tuple[str, ...] | None:
    return None if ANY in covered else tuple(sorted(covered))


def _require_divisions(caller: Caller, name: FigureName) -> None:
    """Refuses DIVISION_NOT_ALLOWED for a brand or place that the token does not cover; sums over places need a token
    that covers all of them, and so do books of entities, whose figures name no brand."""
    kinds = [part for part in name.family.form if isinstance(part, Part)]
    if Part.BRAND not in kinds:
        require_every_division(caller)
    places = [text for kind, text in zip(kinds, name.parts, strict=True) if kind is Part.PLACE]
    for kind, text in zip(kinds, name.parts, strict=True):
        if kind is Part.BRAND:
            caller.require_brand(text)
    if places:
        region, _, location = places
        for division, covered, wanted in (
            ("region", caller.regions, region),
            ("location", caller.locations, location),
        ):
            if ANY not in covered and wanted not in covered:
                raise refuse(
                    DIVISION_NOT_ALLOWED,
                    f"the token does not cover {division} {wanted!r}",
                    {f"{division}_id": wanted},
                )
