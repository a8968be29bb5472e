"""Sales as documents."""

from collections.abc import Mapping, Sequence

from loyalty.type.v1 import order_pb2

from chassis.runtime.fields import ID_RULE, FieldReader
from chassis.values.ids import is_id
from chassis.values.integers import MOST_AMOUNT
from ledger_service.domain.order import DocumentRef, Measure, OrderDocument, OrderLine, Payment

MOST_LINES = 2_000
MOST_CATEGORIES = 16
MOST_ATTRIBUTES = 16
MOST_PAYMENTS = 16


def order_document(reader: FieldReader, field: str, order: order_pb2.Order) -> OrderDocument:
    """A sale; lines in order of number, payments in order of means."""
    reader.count(f"{field}.lines", len(order.lines), MOST_LINES)
    lines = [order_line(reader, f"{field}.lines[{index}]", line) for index, line in enumerate(order.lines[:MOST_LINES])]
    distinct_numbers(reader, f"{field}.lines", [line.line_number for line in lines])
    if len(lines) == len(order.lines):
        _sums(reader, f"{field}.lines", lines)
        _total(reader, f"{field}.total_minor_units", order.total_minor_units, lines)
    return OrderDocument(
        ref=document_ref(reader, field, order.source, order.document_id, order.fulfilment_id),
        location_id=reader.id(f"{field}.location_id", order.location_id),
        channel=reader.optional_id(f"{field}.channel", order.channel),
        occur_time=reader.instant(f"{field}.occur_time", order.occur_time, order.HasField("occur_time")),
        currency=reader.currency(f"{field}.currency_code", order.currency_code),
        total=order.total_minor_units,
        lines=tuple(sorted(lines, key=lambda line: line.line_number)),
        payments=_payments(reader, f"{field}.payments", order.payments),
    )


def order_message(document: OrderDocument) -> order_pb2.Order:
    """A sale as a message."""
    message = order_pb2.Order(
        source=document.ref.source,
        document_id=document.ref.document_id,
        fulfilment_id=document.ref.fulfilment_id,
        location_id=document.location_id,
        channel=document.channel,
        currency_code=document.currency,
        total_minor_units=document.total,
        lines=[line_message(line) for line in document.lines],
        payments=[order_pb2.Payment(means=paid.means, minor_units=paid.amount) for paid in document.payments],
    )
    message.occur_time.FromDatetime(document.occur_time)
    return message


def line_message(line: OrderLine) -> order_pb2.OrderLine:
    """A line of a sale as a message."""
    measure = line.measure
    return order_pb2.OrderLine(
        line_number=line.line_number,
        brand_id=line.brand,
        sku=line.sku,
        category_ids=line.categories,
        quantity=line.quantity,
        measure=order_pb2.Measure(unit=measure.unit, milli_units=measure.milli_units) if measure else None,
        net_minor_units=line.net,
        paid_minor_units=line.paid,
        discount_line=line.discount_line,
        attributes=dict(line.attributes),
    )


def document_ref(reader: FieldReader, field: str, source: str, document_id: str, fulfilment_id: str) -> DocumentRef:
    """Names a document."""
    return DocumentRef(
        reader.id(f"{field}.source", source),
        reader.id(f"{field}.document_id", document_id),
        reader.optional_id(f"{field}.fulfilment_id", fulfilment_id),
    )


def order_line(reader: FieldReader, field: str, line: order_pb2.OrderLine) -> OrderLine:
    """One line of a sale."""
    reader.count(f"{field}.category_ids", len(line.category_ids), MOST_CATEGORIES, least=0)
    if line.net_minor_units < 0 and not line.discount_line:
        reader.fault(f"{field}.net_minor_units", "is below 0 on a line that is no discount line")
    return OrderLine(
        line_number=reader.within(f"{field}.line_number", line.line_number, 1),
        brand=reader.optional_id(f"{field}.brand_id", line.brand_id),
        sku=reader.optional_id(f"{field}.sku", line.sku),
        categories=tuple(
            sorted({reader.id(f"{field}.category_ids[{index}]", c) for index, c in enumerate(line.category_ids)})
        ),
        quantity=reader.within(f"{field}.quantity", line.quantity, 0, MOST_AMOUNT),
        measure=_measure(reader, f"{field}.measure", line),
        net=reader.within(f"{field}.net_minor_units", line.net_minor_units, -MOST_AMOUNT, MOST_AMOUNT),
        paid=_paid(reader, f"{field}.paid_minor_units", line),
        discount_line=line.discount_line,
        attributes=_attributes(reader, f"{field}.attributes", line.attributes),
    )


def _attributes(reader: FieldReader, field: str, told: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """By name. A fault tells neither names nor values: they are whatever somebody typed."""
    if not told:
        return ()
    reader.count(field, len(told), MOST_ATTRIBUTES, least=0)
    for what, texts in (("name", told.keys()), ("value", told.values())):
        if not all(map(is_id, texts)):
            reader.fault(field, f"each {what} {ID_RULE}")
    return tuple(sorted(told.items()))


def _payments(reader: FieldReader, field: str, told: Sequence[order_pb2.Payment]) -> tuple[Payment, ...]:
    """By means. Whether they cover what the lines cost is not asked: tips, deposits, change and the rounding of cash
    are paid for nothing that is sold, and goods may be paid elsewhere."""
    if not told:
        return ()
    reader.count(field, len(told), MOST_PAYMENTS, least=0)
    paid = [
        Payment(
            reader.id(f"{field}[{index}].means", payment.means),
            reader.within(f"{field}[{index}].minor_units", payment.minor_units, 1, MOST_AMOUNT),
        )
        for index, payment in enumerate(told[:MOST_PAYMENTS])
    ]
    seen: set[str] = set()
    for index, one in enumerate(paid):
        if one.means in seen:
            reader.fault(f"{field}[{index}].means", "is that of another payment")
        seen.add(one.means)
    if sum(one.amount for one in paid) > MOST_AMOUNT:
        reader.fault(field, f"sum to more than {MOST_AMOUNT}")
    return tuple(sorted(paid, key=lambda one: one.means))


def _paid(reader: FieldReader, field: str, line: order_pb2.OrderLine) -> int | None:
    """None where it says what the net says, so that both ways of telling mean the same sale.

    Earning is based on it, so it is never more than the line cost. A discount line may carry its share of what was not
    paid with money, and then says less of a discount than its net; nobody pays for one.
    """
    net, paid = line.net_minor_units, line.paid_minor_units
    if not line.HasField("paid_minor_units") or paid == net:
        return None
    if paid > max(net, 0):
        most = f"net_minor_units, {net}" if net >= 0 else "0 on a discount"
        reader.fault(field, f"must be at most {most}")
    elif paid < -MOST_AMOUNT:
        reader.fault(field, f"must be at least {-MOST_AMOUNT}")
    return paid


def _measure(reader: FieldReader, field: str, line: order_pb2.OrderLine) -> Measure | None:
    if not line.HasField("measure"):
        return None
    return Measure(
        reader.id(f"{field}.unit", line.measure.unit),
        reader.within(f"{field}.milli_units", line.measure.milli_units, 0, MOST_AMOUNT),
    )


def distinct_numbers(reader: FieldReader, field: str, numbers: Sequence[int]) -> None:
    """Faults every line whose number an earlier one has."""
    seen: set[int] = set()
    for index, number in enumerate(numbers):
        if number in seen:
            reader.fault(f"{field}[{index}].line_number", "is the number of another line")
        seen.add(number)


def _sums(reader: FieldReader, field: str, lines: Sequence[OrderLine]) -> None:
    """Goods and discounts are bounded apart: what is earned and shared out is not what is left of both."""
    sums = {
        "net amounts": [line.net for line in lines],
        "paid amounts": [_paid_of(line) for line in lines],
        "quantities": [line.quantity for line in lines],
        "measures": [line.measure.milli_units for line in lines if line.measure],
    }
    beyond = [name for name, amounts in sums.items() if _beyond(amounts)]
    if beyond:
        reader.fault(field, f"sum to more than {MOST_AMOUNT}, or less than {-MOST_AMOUNT}: {', '.join(beyond)}")


def _beyond(amounts: Sequence[int]) -> bool:
    above = sum(amount for amount in amounts if amount > 0)
    return above > MOST_AMOUNT or above - sum(amounts) > MOST_AMOUNT


def _total(reader: FieldReader, field: str, total: int, lines: Sequence[OrderLine]) -> None:
    if total != sum(line.net for line in lines):
        reader.fault(field, "must equal the sum of the lines' net_minor_units")


def _paid_of(line: OrderLine) -> int:
    return line.net if line.paid is None else line.paid
