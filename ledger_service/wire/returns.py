"""Returns as documents."""

from loyalty.ledger.v1 import order_pb2 as messages

from chassis.runtime.fields import FieldReader
from ledger_service.domain.order import ReturnBasis, ReturnDocument, ReturnedShare, ReturnLine
from ledger_service.wire.orders import MOST_LINES, distinct_numbers, document_ref

MOST_SALE_LINES = 100


def return_document(reader: FieldReader, field: str, document: messages.Return) -> ReturnDocument:
    """A return; lines in order of number."""
    reader.count(f"{field}.lines", len(document.lines), MOST_LINES)
    lines = [_line(reader, f"{field}.lines[{index}]", line) for index, line in enumerate(document.lines[:MOST_LINES])]
    distinct_numbers(reader, f"{field}.lines", [line.line_number for line in lines])
    return ReturnDocument(
        ref=document_ref(reader, field, document.source, document.document_id, document.fulfilment_id),
        location_id=reader.id(f"{field}.location_id", document.location_id),
        channel=reader.optional_id(f"{field}.channel", document.channel),
        occur_time=reader.instant(f"{field}.occur_time", document.occur_time, document.HasField("occur_time")),
        lines=tuple(sorted(lines, key=lambda line: line.line_number)),
    )


def _line(reader: FieldReader, field: str, line: messages.ReturnLine) -> ReturnLine:
    reader.count(f"{field}.sale_lines", len(line.sale_lines), MOST_SALE_LINES)
    return ReturnLine(
        line_number=reader.within(f"{field}.line_number", line.line_number, 1),
        shares=tuple(
            _share(reader, f"{field}.sale_lines[{index}]", share)
            for index, share in enumerate(line.sale_lines[:MOST_SALE_LINES])
        ),
    )


def _share(reader: FieldReader, field: str, share: messages.ReturnedShare) -> ReturnedShare:
    order = share.sale_line.order
    basis, amount = _basis(reader, field, share)
    return ReturnedShare(
        sale=document_ref(reader, f"{field}.sale_line.order", order.source, order.document_id, order.fulfilment_id),
        sale_line=reader.within(f"{field}.sale_line.line_number", share.sale_line.line_number, 1),
        basis=basis,
        amount=amount,
    )


def _basis(reader: FieldReader, field: str, share: messages.ReturnedShare) -> tuple[ReturnBasis, int | None]:
    match share.WhichOneof("share"):
        case "quantity":
            return ReturnBasis.QUANTITY, reader.within(f"{field}.quantity", share.quantity, 1)
        case "amount_minor_units":
            return ReturnBasis.AMOUNT, reader.within(f"{field}.amount_minor_units", share.amount_minor_units, 1)
        case "whole" if share.whole:
            return ReturnBasis.WHOLE, None
        case _:
            reader.fault(field, "must be a quantity, an amount, or whole")
            return ReturnBasis.WHOLE, None
