"""What the documents of a span of time come to."""

from collections.abc import AsyncIterator

from ledger_service.domain.document_totals import DocumentSpan, DocumentTotal
from ledger_service.use_cases.close_ports import DocumentTotals
from ledger_service.use_cases.ports import Programs


class StreamDocumentTotals:
    """Page by page; what is posted meanwhile may be among them."""

    def __init__(self, programs: Programs, documents: DocumentTotals) -> None:
        self._programs = programs
        self._documents = documents

    def __call__(self, program: str, span: DocumentSpan) -> AsyncIterator[DocumentTotal]:
        """By occur time, then sales before returns, then by id."""
        self._programs.facts(program)
        return self._documents.totals(program, span)
