"""Returns as documents."""

from collections.abc import Sequence

from loyalty.ledger.v1 import order_pb2 as messages

from chassis.runtime.fields import FieldReader
from chassis.values.integers import MOST_AMOUNT
from ledger_service.domain.order import ReturnBasis, ReturnDocument, ReturnedShare, ReturnLine
from ledger_service.wire.orders import MOST_LINES, distinct_numbers, document_ref
from ledger_service.wire.values import ref_message

MOST_SALE_LINES = 100


def return_document(reader: FieldReader, field: str, document: messages.Return) -> ReturnDocument:
    """A return; lines in order of number."""
    return ReturnDocument(
        ref=document_ref(reader, field, document.source, document.document_id, document.fulfilment_id),
        location_id=reader.id(f"{field}.location_id", document.location_id),
        channel=reader.optional_id(f"{field}.channel", document.channel),
        occur_time=reader.instant(f"{field}.occur_time", document.occur_time, document.HasField("occur_time")),
        lines=return_lines(reader, f"{field}.lines", document.lines),
    )


def return_lines(reader: FieldReader, field: str, listed: Sequence[messages.ReturnLine]) -> tuple[ReturnLine, ...]:
    """Lines of a return, in order of number."""
    reader.count(field, len(listed), MOST_LINES)
    lines = [_line(reader, f"{field}[{index}]", line) for index, line in enumerate(listed[:MOST_LINES])]
    distinct_numbers(reader, field, [line.line_number for line in lines])
    return tuple(sorted(lines, key=lambda line: line.line_number))


def return_message(document: ReturnDocument) -> messages.Return:
    """A return as a message."""
    message = messages.Return(
        source=document.ref.source,
        document_id=document.ref.document_id,
        fulfilment_id=document.ref.fulfilment_id,
        location_id=document.location_id,
        channel=document.channel,
        lines=[
            messages.ReturnLine(
                line_number=line.line_number, sale_lines=[_share_message(share) for share in line.shares]
            )
            for line in document.lines
        ],
    )
    message.occur_time.FromDatetime(document.occur_time)
    return message


def _share_message(share: ReturnedShare) -> messages.ReturnedShare:
    named = messages.SaleLineRef(order=ref_message(share.sale), line_number=share.sale_line)
    if share.amount is None:
        return messages.ReturnedShare(sale_line=named, whole=True)
    if share.basis is ReturnBasis.QUANTITY:
        return messages.ReturnedShare(sale_line=named, quantity=share.amount)
    return messages.ReturnedShare(sale_line=named, amount_minor_units=share.amount)


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
            return ReturnBasis.QUANTITY, reader.within(f"{field}.quantity", share.quantity, 1, MOST_AMOUNT)
        case "amount_minor_units":
            amount = reader.within(f"{field}.amount_minor_units", share.amount_minor_units, 1, MOST_AMOUNT)
            return ReturnBasis.AMOUNT, amount
        case "whole" if share.whole:
            return ReturnBasis.WHOLE, None
        case _:
            reader.fault(field, "must be a quantity, an amount, or whole")
            return ReturnBasis.WHOLE, None
