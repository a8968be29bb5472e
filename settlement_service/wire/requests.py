"""What is asked, with every fault of a request collected into one MALFORMED refusal."""

from collections.abc import Iterable
from dataclasses import dataclass

from loyalty.settlement.v1 import settlement_service_pb2 as messages
from loyalty.type.v1.log_position_pb2 import LogPosition

from chassis.runtime.fields import FieldReader
from settlement_service.domain.books import Vector
from settlement_service.wire.paging import read_page_size
from settlement_service.wire.positions import vector_of
from settlement_service.wire.sealed import seal, unseal


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

    def token(self, last: int) -> str:
        """The token of the page after the entry `last`."""
        return seal((last,), *_journal(self.program, self.entity))


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
    size = read_page_size(reader, request.page_size)
    reader.finish()
    after = 0
    if request.page_token:
        after = int(unseal(request.page_token, *_journal(request.program_id, request.entity_id))[0])
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


def _journal(program: str, entity: str) -> tuple[str, ...]:
    return "journal entries", program, entity
