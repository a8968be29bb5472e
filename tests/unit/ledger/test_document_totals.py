"""What came back in parts comes to what was paid."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.document_totals import DocumentKind, total_of_return, total_of_sale
from ledger_service.domain.order import (
    DocumentRef,
    OrderDocument,
    OrderLine,
    OrderState,
    PostedOrder,
    PostedReturn,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
    ReturnState,
    order_id_of,
    return_id_of,
)
from tests.support.pure_ledger import NOON

SOLD = DocumentRef("till", "S")
ORDER = order_id_of("prg", SOLD)


def line(number: int, net: int, quantity: int = 1, paid: int | None = None) -> OrderLine:
    return OrderLine(number, "north", "sku", (), quantity, None, net, paid, discount_line=False)


def sale(*lines: OrderLine, returns: tuple[str, ...] = ()) -> PostedOrder:
    document = OrderDocument(SOLD, "shop", "store", NOON, "USD", sum(one.net for one in lines), lines)
    return PostedOrder("prg", ORDER, "ana", OrderState.EVALUATED, "rev", document, NOON, returns=returns)


def back(name: str, *shares: ReturnedShare, state: ReturnState = ReturnState.POSTED) -> PostedReturn:
    ref = DocumentRef("till", name)
    lines = tuple(ReturnLine(number, (share,)) for number, share in enumerate(shares, start=1))
    document = ReturnDocument(ref, "shop", "store", NOON + timedelta(hours=1), lines)
    return PostedReturn("prg", return_id_of("prg", ref), "ana", document, NOON, state=state)


def pieces(count: int | None, number: int = 1) -> ReturnedShare:
    basis = ReturnBasis.WHOLE if count is None else ReturnBasis.QUANTITY
    return ReturnedShare(SOLD, number, basis, count)


def amounts(order: PostedOrder, *returns: PostedReturn) -> list[list[int]]:
    known = {one.return_id: one for one in returns}
    sold = replace(order, returns=tuple(known))
    totals = [total_of_return(one, {ORDER: sold}, known.get) for one in returns]
    return [[each.amount for each in total.lines] for total in totals]


def test_a_sale_comes_to_what_was_paid_also_where_nothing_was_earned() -> None:
    total = total_of_sale(sale(line(1, 1000, paid=900), line(2, 250), line(3, -50)))
    assert (total.kind, [each.amount for each in total.lines], total.total) == (
        DocumentKind.SALE,
        [900, 250, -50],
        1100,
    )


def test_thirds_of_ten_come_to_ten() -> None:
    assert amounts(sale(line(1, 1000, quantity=3)), *(back(f"R{n}", pieces(1)) for n in range(3))) == [
        [333],
        [334],
        [333],
    ]


def test_the_rest_of_a_line_is_what_is_left_of_it() -> None:
    part = ReturnedShare(SOLD, 1, ReturnBasis.AMOUNT, 300)
    assert amounts(sale(line(1, 1000, paid=500)), back("R1", part), back("R2", pieces(None))) == [[150], [350]]


def test_what_was_not_carried_out_comes_to_nothing() -> None:
    waiting = back("R1", pieces(1), state=ReturnState.PARKED)
    total = total_of_return(waiting, {}, lambda _: None)
    assert (total.carried_out, total.currency, total.total, len(total.lines)) == (False, "", 0, 1)


def test_a_cancelled_sale_is_told_apart() -> None:
    cancelled = back(ORDER, pieces(None))
    assert total_of_return(
        cancelled, {ORDER: sale(line(1, 10), returns=(cancelled.return_id,))}, lambda _: cancelled
    ).cancels_sale


@given(st.integers(-100_000, 100_000), st.lists(st.integers(1, 7), min_size=1, max_size=8))
def test_all_pieces_together_come_to_what_was_paid(paid: int, parts: list[int]) -> None:
    order = sale(line(1, 100_000, quantity=sum(parts), paid=paid))
    told = amounts(order, *(back(f"R{n}", pieces(part)) for n, part in enumerate(parts)))
    assert sum(each for lines in told for each in lines) == paid
