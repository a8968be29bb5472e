"""What is asked, with every fault of a request collected into one MALFORMED refusal."""

from collections.abc import Iterable
from dataclasses import dataclass

from loyalty.settlement.v1 import settlement_service_pb2 as messages
from loyalty.type.v1.log_position_pb2 import LogPosition

from chassis.runtime.fields import FieldReader
from settlement_service.domain.books import Vector
from settlement_service.wire.page_token import number_of
from settlement_service.wire.positions import vector_of

MAX_PAGE = 1_000
DEFAULT_PAGE = 100


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a program, asked of books that have reached `at_least`."""

    program: str
    at_least: Vector


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a program's journal: at most `size` entries numbered above `after`; `entity` may be empty."""

    program: str
    entity: str
    after: int
    size: int


def question_of(
    request: messages.GetPositionsRequest | messages.ReconcileLedgerRequest,
) -> Question:
    """The question. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    read_positions(reader, request.at_least)
    reader.finish()
    return Question(request.program_id, vector_of(request.at_least))


def page_of(request: messages.ListJournalEntriesRequest) -> Page:
    """The page. Raises MALFORMED, or CURSOR_INVALID for a token of another question."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.optional_id("entity_id", request.entity_id)
    size = reader.within("page_size", request.page_size, 0, MAX_PAGE) or DEFAULT_PAGE
    reader.finish()
    after = number_of(request.page_token, request.program_id, request.entity_id) if request.page_token else 0
    return Page(request.program_id, request.entity_id, after, size)


def program_of(request: messages.VerifyBooksRequest) -> str:
    """The program. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.finish()
    return request.program_id


def read_positions(reader: FieldReader, positions: Iterable[LogPosition]) -> None:
    """Positions that the books must have reached."""
    for index, place in enumerate(positions):
        reader.within(f"at_least[{index}].partition", place.partition, 0)
        reader.within(f"at_least[{index}].position", place.position, 0)
