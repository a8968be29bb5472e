"""A sale is the same document however its parts were ordered, and comes through every form it takes as it went in."""

from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from loyalty.type.v1 import order_pb2

from chassis.runtime.fields import FieldReader
from ledger_service.domain.fingerprints import order_intent
from ledger_service.domain.order import DocumentRef, Measure, OrderDocument, OrderLine, Payment
from ledger_service.store import codec
from ledger_service.wire.orders import order_document, order_message

IDS = st.text("abcXYZ019._:/@+-", min_size=1, max_size=6).map("i".__add__)
AMOUNTS = st.integers(0, 10**11)
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC))


def by_name(told: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(told.items()))


@st.composite
def lines(draw: st.DrawFn, number: int) -> OrderLine:
    net = draw(AMOUNTS)
    paid = draw(st.none() | st.integers(-5, net).filter(lambda paid: paid != net))
    return OrderLine(
        line_number=number,
        brand=draw(st.just("") | IDS),
        sku=draw(st.just("") | IDS),
        categories=tuple(sorted(draw(st.sets(IDS, max_size=4)))),
        quantity=draw(AMOUNTS),
        measure=draw(st.none() | st.builds(Measure, IDS, AMOUNTS)),
        net=net,
        paid=paid,
        discount_line=draw(st.booleans()) if net == 0 else False,
        attributes=by_name(draw(st.dictionaries(IDS, IDS, max_size=16))),
    )


@st.composite
def documents(draw: st.DrawFn) -> OrderDocument:
    numbers = sorted(draw(st.sets(st.integers(1, 2**31 - 1), min_size=1, max_size=5)))
    listed = tuple(draw(lines(number)) for number in numbers)
    paid = draw(st.dictionaries(IDS, st.integers(1, 10**10), max_size=16))
    return OrderDocument(
        ref=DocumentRef(draw(IDS), draw(IDS), draw(st.just("") | IDS)),
        location_id=draw(IDS),
        channel=draw(st.just("") | IDS),
        occur_time=draw(INSTANTS),
        currency="USD",
        total=sum(line.net for line in listed),
        lines=listed,
        payments=tuple(Payment(*one) for one in sorted(paid.items())),
    )


def read(message: order_pb2.Order) -> OrderDocument:
    reader = FieldReader()
    document = order_document(reader, "order", message)
    reader.finish()
    return document


@given(document=documents())
def test_a_sale_comes_through_its_message_as_it_went_in(document: OrderDocument) -> None:
    assert read(order_message(document)) == document


@given(document=documents())
def test_a_sale_comes_out_of_the_store_as_it_went_in(document: OrderDocument) -> None:
    assert codec.decode_order(codec.encode(document)) == document


@given(document=documents(), randomly=st.randoms(use_true_random=False))
def test_the_order_of_lines_payments_and_attributes_does_not_count(document: OrderDocument, randomly: Random) -> None:
    message = order_message(document)
    shuffled = order_pb2.Order()
    shuffled.CopyFrom(message)
    for name in ("lines", "payments"):
        parts = list(getattr(message, name))
        randomly.shuffle(parts)
        shuffled.ClearField(name)
        getattr(shuffled, name).extend(parts)
    for line in shuffled.lines:
        told = list(line.attributes.items())
        randomly.shuffle(told)
        line.attributes.clear()
        line.attributes.update(told)
    assert read(shuffled) == document
    assert order_intent(["ana"], read(shuffled)) == order_intent(["ana"], document)
