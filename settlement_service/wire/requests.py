"""What is asked, with every fault of a request collected into one MALFORMED refusal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty.settlement.v1 import settlement_service_pb2 as messages
from loyalty.type.v1.log_position_pb2 import LogPosition

from chassis.runtime.reasons import malformed
from chassis.values.ids import is_id
from chassis.values.refusal import Violation
from settlement_service.domain.books import Vector
from settlement_service.wire.page_token import number_of
from settlement_service.wire.positions import vector_of

MAX_PAGE = 1_000
DEFAULT_PAGE = 100
_ID_RULE = "must be 1 to 128 characters A–Z a–z 0–9 . _ : / @ + -, beginning with a letter or digit"


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
    request: messages.GetPositionsRequest | messages.GetBrandBooksRequest | messages.ReconcileLedgerRequest,
) -> Question:
    """The question. Raises MALFORMED; a brand, where there is one, is checked too."""
    violations = [*_id_faults("program_id", request.program_id), *_position_faults(request.at_least)]
    if isinstance(request, messages.GetBrandBooksRequest) and request.brand_id:
        violations.extend(_id_faults("brand_id", request.brand_id))
    _finish(violations)
    return Question(request.program_id, vector_of(request.at_least))


def page_of(request: messages.ListJournalEntriesRequest) -> Page:
    """The page. Raises MALFORMED, or CURSOR_INVALID for a token of another question."""
    violations = _id_faults("program_id", request.program_id)
    if request.entity_id:
        violations.extend(_id_faults("entity_id", request.entity_id))
    if not 0 <= request.page_size <= MAX_PAGE:
        violations.append(Violation("page_size", f"must be 1 to {MAX_PAGE}, or 0 for {DEFAULT_PAGE}"))
    _finish(violations)
    after = number_of(request.page_token, request.program_id, request.entity_id) if request.page_token else 0
    return Page(request.program_id, request.entity_id, after, request.page_size or DEFAULT_PAGE)


def program_of(request: messages.VerifyBooksRequest) -> str:
    """The program. Raises MALFORMED."""
    _finish(_id_faults("program_id", request.program_id))
    return request.program_id


def _id_faults(field: str, text: str) -> list[Violation]:
    return [] if is_id(text) else [Violation(field, _ID_RULE)]


def _position_faults(positions: Iterable[LogPosition]) -> list[Violation]:
    return [
        Violation(f"at_least[{index}]", "partition and position must be at least 0")
        for index, place in enumerate(positions)
        if place.partition < 0 or place.position < 0
    ]


def _finish(violations: Sequence[Violation]) -> None:
    if violations:
        raise malformed(*violations)
