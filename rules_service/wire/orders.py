"""Orders to be judged. What rules do not look at (document ids, the control total) is the ledger's to prove."""

from loyalty.rules.v1 import rules_service_pb2 as pb
from loyalty.type.v1 import order_pb2

from chassis.runtime.fields import FieldReader
from chassis.runtime.reasons import malformed
from chassis.values.ids import is_id
from chassis.values.refusal import Violation
from rules_service.domain.order import Measure, Order, OrderLine
from rules_service.use_cases.evaluate_orders import AskedOrder

MOST_ORDERS = 500
MOST_LINES = 2_000
MOST_CATEGORIES = 16


def asked_orders(request: pb.EvaluateOrdersRequest) -> list[AskedOrder]:
    """The orders; one that is malformed carries its own refusal and does not disturb the others."""
    if not 1 <= len(request.orders) <= MOST_ORDERS:
        raise malformed(Violation("orders", f"has {len(request.orders)} entries; 1 to {MOST_ORDERS} are taken"))
    return [_asked(item) for item in request.orders]


def _asked(item: pb.EvaluateOrder) -> AskedOrder:
    reader = FieldReader()
    reader.id("program_id", item.program_id)
    order = _order(item.order, reader)
    reader.optional_id("revision", item.revision)
    return AskedOrder(item.program_id, reader.refusal() or order, item.revision)


def _order(order: order_pb2.Order, reader: FieldReader) -> Order:
    if not 1 <= len(order.lines) <= MOST_LINES:
        reader.fault("order.lines", f"has {len(order.lines)} entries; 1 to {MOST_LINES} are taken")
    numbers: set[int] = set()
    for index, line in enumerate(order.lines):
        if line.line_number in numbers:
            reader.fault(f"order.lines[{index}].line_number", f"{line.line_number} is given twice")
        numbers.add(line.line_number)
    return Order(
        location_id=reader.id("order.location_id", order.location_id),
        channel=reader.optional_id("order.channel", order.channel),
        occur_time=reader.instant("order.occur_time", order.occur_time, order.HasField("occur_time")),
        currency_code=reader.currency("order.currency_code", order.currency_code),
        lines=tuple(_line(index, line, reader) for index, line in enumerate(order.lines)),
    )


def _line(index: int, line: order_pb2.OrderLine, reader: FieldReader) -> OrderLine:
    categories = tuple(line.category_ids)
    measure = line.measure if line.HasField("measure") else None
    if not _well_formed(line, categories, measure):
        _line_faults(f"order.lines[{index}]", line, reader)
    return OrderLine(
        line_number=line.line_number,
        brand_id=line.brand_id,
        sku=line.sku,
        category_ids=categories,
        quantity=line.quantity,
        measure=None if measure is None else Measure(measure.unit, measure.milli_units),
        net_minor_units=line.net_minor_units,
        paid_minor_units=line.paid_minor_units if line.HasField("paid_minor_units") else None,
        discount_line=line.discount_line,
    )


def _well_formed(line: order_pb2.OrderLine, categories: tuple[str, ...], measure: order_pb2.Measure | None) -> bool:
    """The quick question; `_line_faults` says what is wrong."""
    return (
        line.line_number >= 1
        and line.quantity >= 0
        and (line.net_minor_units >= 0 or line.discount_line)
        and (not line.brand_id or is_id(line.brand_id))
        and (not line.sku or is_id(line.sku))
        and len(categories) <= MOST_CATEGORIES
        and all(map(is_id, categories))
        and (measure is None or (measure.milli_units >= 0 and is_id(measure.unit)))
    )


def _line_faults(path: str, line: order_pb2.OrderLine, reader: FieldReader) -> None:
    if line.line_number < 1:
        reader.fault(f"{path}.line_number", "is below 1")
    if line.quantity < 0:
        reader.fault(f"{path}.quantity", "is below 0")
    if line.net_minor_units < 0 and not line.discount_line:
        reader.fault(f"{path}.net_minor_units", "is below 0 on a line that is no discount line")
    reader.optional_id(f"{path}.brand_id", line.brand_id)
    reader.optional_id(f"{path}.sku", line.sku)
    if len(line.category_ids) > MOST_CATEGORIES:
        reader.fault(f"{path}.category_ids", f"has more than {MOST_CATEGORIES} entries")
    for number, category_id in enumerate(line.category_ids):
        reader.id(f"{path}.category_ids[{number}]", category_id)
    if line.HasField("measure"):
        reader.id(f"{path}.measure.unit", line.measure.unit)
        if line.measure.milli_units < 0:
            reader.fault(f"{path}.measure.milli_units", "is below 0")
