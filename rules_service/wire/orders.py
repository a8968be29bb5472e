"""Orders to be judged. What rules do not look at (document ids, the control total) is the ledger's to prove."""

from loyalty.rules.v1 import rules_service_pb2 as pb
from loyalty.type.v1 import order_pb2

from chassis.runtime.fields import ID_RULE, FieldReader
from chassis.runtime.reasons import malformed
from chassis.values.ids import is_id
from chassis.values.integers import MOST_AMOUNT
from chassis.values.refusal import Violation
from rules_service.domain.member_facts import MemberFacts
from rules_service.domain.order import Measure, Order, OrderLine, Payment
from rules_service.domain.program_file import ProgramFile
from rules_service.use_cases.drafts import Draft
from rules_service.use_cases.evaluate_orders import AskedOrder, AskedOrders
from rules_service.wire.members import member_facts

MOST_ORDERS = 500
MOST_EXPLAINED = 10
"""So many orders of a call say why rules do not select their lines; of one that can be megabytes."""
MOST_LINES = 2_000
MOST_CATEGORIES = 16
MOST_ATTRIBUTES = 16
MOST_PAYMENTS = 16


def asked_orders(request: pb.EvaluateOrdersRequest) -> AskedOrders:
    """The orders and the draft; an order that is malformed carries its own refusal and does not disturb the others.
    Faults of the draft's files are found when they are read, by file and line."""
    if not 1 <= len(request.orders) <= MOST_ORDERS:
        raise malformed(Violation("orders", f"has {len(request.orders)} entries; 1 to {MOST_ORDERS} are taken"))
    explained = sum(item.explain for item in request.orders)
    if explained > MOST_EXPLAINED:
        raise malformed(Violation("orders", f"{explained} of them are to be explained; at most {MOST_EXPLAINED} are"))
    draft = _draft(request.draft) if request.HasField("draft") else None
    return AskedOrders([_asked(item, draft is not None) for item in request.orders], draft)


def _draft(draft: pb.ProgramDraft) -> Draft:
    reader = FieldReader()
    reader.id("draft.program_id", draft.program_id)
    reader.finish()
    return Draft(draft.program_id, tuple(ProgramFile(file.path, file.content) for file in draft.files))


def _asked(item: pb.EvaluateOrder, with_draft: bool) -> AskedOrder:
    reader = FieldReader()
    reader.id("program_id", item.program_id)
    member = member_facts(item.member, reader) if item.HasField("member") else None
    order = _order(item.order, member, reader)
    reader.optional_id("revision", item.revision)
    record_time = reader.instant("record_time", item.record_time, True) if item.HasField("record_time") else None
    if sum((bool(item.revision), record_time is not None, with_draft)) > 1:
        reader.fault("revision", "is one of a revision, a record time and a draft; not together")
    return AskedOrder(item.program_id, reader.refusal() or order, item.revision, record_time, item.explain)


def _order(order: order_pb2.Order, member: MemberFacts | None, reader: FieldReader) -> Order:
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
        lines=tuple([_line(index, line, reader) for index, line in enumerate(order.lines)]),
        payments=_payments(order, reader) if order.payments else (),
        member=member,
    )


def _payments(order: order_pb2.Order, reader: FieldReader) -> tuple[Payment, ...]:
    if len(order.payments) > MOST_PAYMENTS:
        reader.fault("order.payments", f"has {len(order.payments)} entries; at most {MOST_PAYMENTS} are taken")
    told: set[str] = set()
    for index, payment in enumerate(order.payments):
        path = f"order.payments[{index}]"
        reader.id(f"{path}.means", payment.means)
        if payment.means in told:
            reader.fault(f"{path}.means", "is given twice")
        told.add(payment.means)
        reader.within(f"{path}.minor_units", payment.minor_units, 1, MOST_AMOUNT)
    return tuple(Payment(payment.means, payment.minor_units) for payment in order.payments)


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
        attributes=tuple(sorted(line.attributes.items())) if line.attributes else (),
    )


def _well_formed(line: order_pb2.OrderLine, categories: tuple[str, ...], measure: order_pb2.Measure | None) -> bool:
    """The quick question; `_line_faults` says what is wrong."""
    return (
        line.line_number >= 1
        and 0 <= line.quantity <= MOST_AMOUNT
        and (-MOST_AMOUNT if line.discount_line else 0) <= line.net_minor_units <= MOST_AMOUNT
        and -MOST_AMOUNT <= line.paid_minor_units <= MOST_AMOUNT
        and (not line.brand_id or is_id(line.brand_id))
        and (not line.sku or is_id(line.sku))
        and len(categories) <= MOST_CATEGORIES
        and all(map(is_id, categories))
        and (measure is None or (0 <= measure.milli_units <= MOST_AMOUNT and is_id(measure.unit)))
        and (not line.attributes or _attributes_well_formed(line))
    )


def _attributes_well_formed(line: order_pb2.OrderLine) -> bool:
    return len(line.attributes) <= MOST_ATTRIBUTES and all(
        is_id(name) and is_id(value) for name, value in line.attributes.items()
    )


def _line_faults(path: str, line: order_pb2.OrderLine, reader: FieldReader) -> None:
    if line.line_number < 1:
        reader.fault(f"{path}.line_number", "is below 1")
    reader.within(f"{path}.quantity", line.quantity, 0, MOST_AMOUNT)
    if line.net_minor_units < 0 and not line.discount_line:
        reader.fault(f"{path}.net_minor_units", "is below 0 on a line that is no discount line")
    reader.within(f"{path}.net_minor_units", line.net_minor_units, -MOST_AMOUNT, MOST_AMOUNT)
    reader.within(f"{path}.paid_minor_units", line.paid_minor_units, -MOST_AMOUNT, MOST_AMOUNT)
    reader.optional_id(f"{path}.brand_id", line.brand_id)
    reader.optional_id(f"{path}.sku", line.sku)
    if len(line.category_ids) > MOST_CATEGORIES:
        reader.fault(f"{path}.category_ids", f"has more than {MOST_CATEGORIES} entries")
    for number, category_id in enumerate(line.category_ids):
        reader.id(f"{path}.category_ids[{number}]", category_id)
    if line.HasField("measure"):
        reader.id(f"{path}.measure.unit", line.measure.unit)
        reader.within(f"{path}.measure.milli_units", line.measure.milli_units, 0, MOST_AMOUNT)
    if len(line.attributes) > MOST_ATTRIBUTES:
        reader.fault(f"{path}.attributes", f"has more than {MOST_ATTRIBUTES} entries")
    # What is no id may be anything, so neither names nor values are repeated.
    if not all(map(is_id, line.attributes.keys())):
        reader.fault(f"{path}.attributes", f"has a name that is no id: {ID_RULE}")
    if not all(map(is_id, line.attributes.values())):
        reader.fault(f"{path}.attributes", f"has a value that is no id: {ID_RULE}")
