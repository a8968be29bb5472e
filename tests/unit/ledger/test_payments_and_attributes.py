"""How a sale was paid and what is known of its goods: bounds, one canonical form, and what was stored before them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from loyalty.type.v1 import order_pb2

from chassis.runtime.fields import FieldReader
from chassis.values.canonical import Plain
from chassis.values.integers import MOST_AMOUNT
from ledger_service.domain.correction import corrected_document
from ledger_service.domain.fingerprints import order_intent
from ledger_service.domain.order import OrderDocument, Payment
from ledger_service.store import codec
from ledger_service.wire.orders import order_document

Fault = tuple[str, str]


def message(*payments: tuple[str, int], **attributes: str) -> order_pb2.Order:
    order = order_pb2.Order(
        source="till",
        document_id="D-1",
        location_id="shop",
        currency_code="USD",
        total_minor_units=100,
        lines=[order_pb2.OrderLine(line_number=1, brand_id="north", net_minor_units=100, attributes=attributes)],
        payments=[order_pb2.Payment(means=means, minor_units=amount) for means, amount in payments],
    )
    order.occur_time.FromDatetime(datetime(2026, 3, 2, tzinfo=UTC))
    return order


def read(order: order_pb2.Order) -> tuple[OrderDocument, list[Fault]]:
    reader = FieldReader()
    document = order_document(reader, "order", order)
    refusal = reader.refusal()
    return document, [(fault.field, fault.description) for fault in refusal.violations] if refusal else []


def faults(order: order_pb2.Order) -> list[Fault]:
    return read(order)[1]


def intent(order: order_pb2.Order) -> Plain:
    return order_intent(["ana"], read(order)[0])


def test_payments_lie_by_means_and_attributes_by_name() -> None:
    document, wrong = read(message(("voucher", 20), ("brand_card", 80), size="m", colour="red"))
    assert wrong == []
    assert document.payments == (Payment("brand_card", 80), Payment("voucher", 20))
    assert document.lines[0].attributes == (("colour", "red"), ("size", "m"))


@pytest.mark.parametrize(
    ("payments", "told"),
    [
        ([("card", 0)], [("order.payments[0].minor_units", "must be 1 to 1000000000000")]),
        ([("cash", 1), ("card", -5)], [("order.payments[1].minor_units", "must be 1 to 1000000000000")]),
        ([("a", 1), ("b", 1), ("a", 2)], [("order.payments[2].means", "is that of another payment")]),
        (
            [("a", MOST_AMOUNT), ("b", 1)],
            [("order.payments", "sum to more than 1000000000000")],
        ),
        ([(f"m{n}", 1) for n in range(17)], [("order.payments", "must be 0 to 16 of them")]),
    ],
)
def test_a_faulty_payment_is_told_under_its_place(payments: list[tuple[str, int]], told: list[Fault]) -> None:
    assert faults(message(*payments)) == told


@pytest.mark.parametrize("means", ["", "brand card", "-card", "c" * 129, "karte\n"])
def test_means_are_ids(means: str) -> None:
    [(field, _)] = faults(message((means, 1)))
    assert field == "order.payments[0].means"


@pytest.mark.parametrize("amounts", [[100], [1], [60, 60], [MOST_AMOUNT], [MOST_AMOUNT - 1, 1]])
def test_payments_need_not_be_what_the_lines_say_was_paid(amounts: list[int]) -> None:
    assert faults(message(*((f"m{n}", amount) for n, amount in enumerate(amounts)))) == []


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ({"colour": ""}, ["each value"]),
        ({"": "red"}, ["each name"]),
        ({"colour of": "red", "size": "m m"}, ["each name", "each value"]),
        ({f"a{n}": "v" for n in range(17)}, ["must be 0 to 16"]),
    ],
)
def test_a_faulty_attribute_is_told_without_what_was_typed(attributes: dict[str, str], told: list[str]) -> None:
    found = faults(message(**attributes))
    assert [field for field, _ in found] == ["order.lines[0].attributes"] * len(told)
    assert all(description.startswith(start) for (_, description), start in zip(found, told, strict=True))
    assert not any(text in description for _, description in found for text in ("colour", "m m"))


def test_sixteen_of_each_are_taken() -> None:
    order = message(*((f"m{n}", 1) for n in range(16)), **{f"a{n}": "v" for n in range(16)})
    assert faults(order) == []


def test_a_sale_without_them_asks_for_what_it_always_did() -> None:
    """Kept fingerprints were taken over this."""
    assert intent(message()) == [
        "order",
        ["ana"],
        ["till", "D-1", ""],
        ["shop", "", "2026-03-02T00:00:00.000000+00:00"],
        ["USD", 100],
        [[1, "north", "", [], 0, None, 100, None, False]],
    ]


def test_the_order_in_which_they_are_told_does_not_count() -> None:
    one = message(("a", 1), ("b", 2), x="1", y="2")
    assert intent(one) == intent(message(("b", 2), ("a", 1), y="2", x="1"))


def test_whatever_differs_asks_for_something_else() -> None:
    asked = [
        message(),
        message(("a", 1)),
        message(("a", 2)),
        message(("b", 1)),
        message(("a", 1), ("b", 1)),
        message(x="1"),
        message(x="2"),
        message(y="1"),
        message(x="1", y="1"),
        message(("x", 1), x="1"),
    ]
    intents = [intent(order) for order in asked]
    assert all(intents.count(one) == 1 for one in intents)


def test_a_document_stored_before_them_is_read_as_one_without() -> None:
    document, _ = read(message())
    stored = codec.encode(document)
    older = stored.replace(b'"attributes":[],', b"").replace(b'"payments":[],', b"")
    assert older != stored
    assert codec.decode_order(older) == document


def test_a_stored_document_comes_back_whole() -> None:
    document, _ = read(message(("cash", 30), ("brand_card", 70), colour="red"))
    assert codec.decode_order(codec.encode(document)) == document


def test_a_corrected_line_brings_its_attributes_and_leaves_the_payments() -> None:
    document, _ = read(message(("cash", 100), colour="red"))
    line = replace(document.lines[0], attributes=(("colour", "blue"),), net=80)
    corrected = corrected_document(document, line)
    assert corrected is not None
    assert (corrected.lines, corrected.payments, corrected.total) == ((line,), document.payments, 80)
