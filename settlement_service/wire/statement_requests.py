"""What is asked of StatementService, with every fault of a request collected into one MALFORMED refusal."""

from dataclasses import dataclass

from loyalty.settlement.v1 import statement_service_pb2 as messages

from chassis.runtime.fields import FieldReader
from settlement_service.domain.as_of import Day, PeriodNamed
from settlement_service.domain.explanation import LineKey
from settlement_service.domain.exported import Extent
from settlement_service.domain.figure_names import FigureName, parse
from settlement_service.domain.roll_ups.roll_up import Level
from settlement_service.use_cases.explain_figure import Scope
from settlement_service.wire.as_of import read_as_of, read_month, read_optional_month
from settlement_service.wire.paging import read_page_size
from settlement_service.wire.sealed import seal, unseal

_MOST_BRANDS = 100
_LONGEST_NAME = 1_000

CSV, HTML = messages.STATEMENT_FORMAT_CSV, messages.STATEMENT_FORMAT_HTML
JOURNAL_CSV = messages.JOURNAL_FORMAT_CSV
JOURNAL_JSONL = messages.JOURNAL_FORMAT_JSONL
PARQUET = messages.JOURNAL_FORMAT_PARQUET


@dataclass(frozen=True, slots=True)
class StatementQuestion:
    """Which statement; `period` empty: the open one."""

    program: str
    entity: str
    period: str


@dataclass(frozen=True, slots=True)
class JournalQuestion:
    """Which part of the journal; all but the program may be empty."""

    program: str
    entity: str
    from_period: str
    to_period: str
    format: int

    def cursor(self, after: int, extent: Extent) -> str:
        """Where to go on after an entry."""
        return seal((after, extent.last, extent.first_period, extent.last_period), *self._bound)

    def extent(self, cursor: str) -> Extent:
        """What is left of the file. Refuses CURSOR_INVALID."""
        numbers = [number for number in unseal(cursor, *self._bound) if isinstance(number, int)]
        return Extent(*numbers)

    @property
    def _bound(self) -> tuple[str, ...]:
        return ("journal", self.program, self.entity, self.from_period, self.to_period, str(self.format))


@dataclass(frozen=True, slots=True)
class FigureQuestion:
    """Which figure, over what, and which page."""

    program: str
    figure: FigureName
    scope: Scope
    after: LineKey
    size: int

    def token(self, last: LineKey) -> str:
        """The token of the page after a line."""
        return seal((last.entry, last.home, last.sequence), *_bound_to(self.program, str(self.figure), self.scope))


@dataclass(frozen=True, slots=True)
class RollUpQuestion:
    """Which roll-up; no brands: all."""

    program: str
    from_period: str
    to_period: str
    level: Level
    brands: tuple[str, ...]


def statement_of(request: messages.GetStatementRequest | messages.ExportStatementRequest) -> StatementQuestion:
    """The question. Raises MALFORMED; the format, where there is one, is checked too."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.id("entity_id", request.entity_id)
    read_optional_month(reader, "period", request.period)
    if isinstance(request, messages.ExportStatementRequest) and request.format not in (CSV, HTML):
        reader.fault("format", "must be CSV or HTML")
    reader.finish()
    return StatementQuestion(request.program_id, request.entity_id, request.period)


def journal_of(request: messages.ExportJournalRequest) -> JournalQuestion:
    """The question. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.optional_id("entity_id", request.entity_id)
    read_optional_month(reader, "from_period", request.from_period)
    read_optional_month(reader, "to_period", request.to_period)
    if request.format not in (JOURNAL_CSV, JOURNAL_JSONL, PARQUET):
        reader.fault("format", "must be CSV, JSONL or PARQUET")
    if request.cursor and request.format == PARQUET:
        reader.fault("cursor", "must be empty: a Parquet file cannot be resumed")
    reader.finish()
    return JournalQuestion(
        request.program_id, request.entity_id, request.from_period, request.to_period, request.format
    )


def figure_of(request: messages.ExplainFigureRequest) -> FigureQuestion:
    """The question. Raises MALFORMED, FIGURE_UNKNOWN, CURSOR_INVALID."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.text("figure", request.figure, _LONGEST_NAME)
    scope = _read_scope(reader, request)
    size = read_page_size(reader, request.page_size)
    reader.finish()
    figure = parse(request.figure)
    after = LineKey()
    if request.page_token:
        entry, home, sequence = unseal(request.page_token, *_bound_to(request.program_id, str(figure), scope))
        after = LineKey(int(entry), str(home), int(sequence))
    return FigureQuestion(request.program_id, figure, scope, after, size)


def roll_up_of(request: messages.GetRollUpRequest) -> RollUpQuestion:
    """The question. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    read_optional_month(reader, "from_period", request.from_period)
    read_optional_month(reader, "to_period", request.to_period)
    reader.count("brand_ids", len(request.brand_ids), _MOST_BRANDS, 0)
    for index, brand in enumerate(request.brand_ids):
        reader.id(f"brand_ids[{index}]", brand)
    if not 0 <= request.level <= messages.ROLL_UP_LEVEL_LOCATION:
        reader.fault("level", "must be a level that is listed")
    reader.finish()
    level = Level(max(request.level - 1, 0))
    return RollUpQuestion(request.program_id, request.from_period, request.to_period, level, tuple(request.brand_ids))


def _read_scope(reader: FieldReader, request: messages.ExplainFigureRequest) -> Scope:
    if request.WhichOneof("scope") == "period":
        return Scope(period=read_month(reader, "period", request.period))
    match read_as_of(reader, "as_of", request.as_of):
        case PeriodNamed(name):
            return Scope(as_of_period=name)
        case Day(date):
            return Scope(as_of_date=date)
        case _:
            return Scope()


def _bound_to(program: str, figure: str, scope: Scope) -> tuple[str, ...]:
    day = scope.as_of_date.isoformat() if scope.as_of_date else ""
    return ("figure", program, figure, scope.period, scope.as_of_period, day)
