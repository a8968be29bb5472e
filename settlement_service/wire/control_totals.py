"""Control totals of tills as they are submitted."""

from collections.abc import Iterable

from loyalty.settlement.v1 import reconciliation_pb2 as pb
from loyalty.settlement.v1 import reconciliation_service_pb2 as messages

from chassis.runtime.caller import current_caller
from chassis.runtime.fields import FieldReader
from chassis.values.integers import MOST_AMOUNT
from settlement_service.domain.command import Command, command_of
from settlement_service.domain.till_totals import (
    RETURN,
    SALE,
    ControlTotals,
    CurrencyTotal,
    TillDay,
    TillDocument,
    document_of,
)
from settlement_service.wire.reconciliation_requests import read_day
from settlement_service.wire.vouchers import MOST_MINOR_UNITS

MOST_CURRENCIES, MOST_DOCUMENTS, MOST_LINES = 20, 10_000, 50_000

_KINDS = {pb.TILL_DOCUMENT_KIND_SALE: SALE, pb.TILL_DOCUMENT_KIND_RETURN: RETURN}


def control_totals_of(request: messages.SubmitControlTotalsRequest) -> tuple[Command, TillDay, ControlTotals]:
    """What a till says it sold. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    day = read_day(reader, request.till_day)
    reader.count("totals", len(request.totals), MOST_CURRENCIES, least=0)
    for index, total in enumerate(request.totals):
        _read_total(reader, f"totals[{index}]", total)
    _once(reader, "totals", [total.currency_code for total in request.totals])
    if request.documents and not request.documents_told:
        reader.fault("documents_told", "must be true where documents are told")
    reader.count("documents", len(request.documents), MOST_DOCUMENTS, least=0)
    reader.count("documents.lines", sum(len(each.lines) for each in request.documents), MOST_LINES, least=0)
    for index, document in enumerate(request.documents):
        _read_document(reader, f"documents[{index}]", document)
    _once(reader, "documents", [(each.kind, each.document_id, each.fulfilment_id) for each in request.documents])
    reader.finish()
    totals = ControlTotals(
        totals=tuple(_total(total) for total in request.totals),
        documents=tuple(_document(each) for each in request.documents) if request.documents_told else None,
    )
    intent = [day.scope, document_of(totals)]
    caller = current_caller().subject
    return command_of(request.program_id, caller, request.request_id, "SubmitControlTotals", intent), day, totals


def _once(reader: FieldReader, field: str, keys: Iterable[object]) -> None:
    listed = list(keys)
    if len(set(listed)) < len(listed):
        reader.fault(field, "must name each only once")


def _read_total(reader: FieldReader, field: str, total: pb.TillTotal) -> None:
    reader.currency(f"{field}.currency_code", total.currency_code)
    reader.within(f"{field}.sales", total.sales, 0, MOST_MINOR_UNITS)
    reader.within(f"{field}.sales_minor_units", total.sales_minor_units, 0, MOST_MINOR_UNITS)
    reader.within(f"{field}.returns", total.returns, 0, MOST_MINOR_UNITS)
    reader.within(f"{field}.returns_minor_units", total.returns_minor_units, 0, MOST_MINOR_UNITS)


def _read_document(reader: FieldReader, field: str, document: pb.TillDocument) -> None:
    if document.kind not in _KINDS:
        reader.fault(f"{field}.kind", "must be one of the kinds")
    reader.id(f"{field}.document_id", document.document_id)
    reader.optional_id(f"{field}.fulfilment_id", document.fulfilment_id)
    reader.currency(f"{field}.total.currency_code", document.total.currency_code)
    reader.within(f"{field}.total.minor_units", document.total.minor_units, -MOST_AMOUNT, MOST_AMOUNT)
    for index, line in enumerate(document.lines):
        reader.within(f"{field}.lines[{index}].line_number", line.line_number, 1)
        reader.within(f"{field}.lines[{index}].minor_units", line.minor_units, -MOST_AMOUNT, MOST_AMOUNT)
    _once(reader, f"{field}.lines", [line.line_number for line in document.lines])


def _total(total: pb.TillTotal) -> CurrencyTotal:
    return CurrencyTotal(
        total.currency_code, total.sales, total.sales_minor_units, total.returns, total.returns_minor_units
    )


def _document(document: pb.TillDocument) -> TillDocument:
    return TillDocument(
        kind=_KINDS[document.kind],
        document_id=document.document_id,
        fulfilment_id=document.fulfilment_id,
        currency=document.total.currency_code,
        minor_units=document.total.minor_units,
        lines={line.line_number: line.minor_units for line in document.lines},
    )
