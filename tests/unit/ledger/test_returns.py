"""Returns take back exactly what the returned lines earned, in all and never twice (docs/DOMAIN.md §6)."""

import pytest

from chassis.values.refusal import Code, Refusal
from ledger_service.domain.accrual import AccrualKind
from ledger_service.domain.commands import PostReturn
from ledger_service.domain.order import (
    DocumentRef,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
)
from tests.support.pure_ledger import PureLedger, award, sold

QUANTITY, AMOUNT, WHOLE = ReturnBasis.QUANTITY, ReturnBasis.AMOUNT, ReturnBasis.WHOLE


@pytest.fixture
def ledger() -> PureLedger:
    """A sale of 3 pieces for 10.00 that earned 10 points, and a second line that earned 7."""
    ledger = PureLedger()
    lines = [sold(1, 1000, "north", quantity=3), sold(2, 700, "peak", quantity=0)]
    ledger.post_order("ana", "sale", lines, [award(1, 10, "north"), award(2, 7, "peak")])
    return ledger


def reversed_by(ledger: PureLedger, document: str, line: int, basis: ReturnBasis, amount: int | None) -> list[int]:
    answer = ledger.give_back("ana", document, "sale", {line: (basis, amount)})
    return [one.reversed for one in answer.reversed]


def test_ten_points_on_three_pieces_are_always_ten_in_all(ledger: PureLedger) -> None:
    assert [reversed_by(ledger, f"r{n}", 1, QUANTITY, 1) for n in range(3)] == [[3], [4], [3]]


def test_amounts_count_as_pieces_do(ledger: PureLedger) -> None:
    assert [reversed_by(ledger, f"r{n}", 1, AMOUNT, part) for n, part in enumerate((333, 333, 334))] == [[3], [4], [3]]


def test_the_rest_of_a_line_comes_back_whole_after_pieces(ledger: PureLedger) -> None:
    assert [reversed_by(ledger, "r1", 1, QUANTITY, 1), reversed_by(ledger, "r2", 1, WHOLE, None)] == [[3], [7]]


def test_a_whole_line_after_all_its_pieces_is_refused(ledger: PureLedger) -> None:
    reversed_by(ledger, "r1", 1, QUANTITY, 3)
    with pytest.raises(Refusal, match="NOT_RETURNABLE"):
        reversed_by(ledger, "r2", 1, WHOLE, None)


def test_a_whole_line_comes_back_once(ledger: PureLedger) -> None:
    reversed_by(ledger, "r1", 1, WHOLE, None)
    with pytest.raises(Refusal, match="NOT_RETURNABLE"):
        reversed_by(ledger, "r2", 1, WHOLE, None)


def test_more_than_was_sold_is_refused_with_what_is_left(ledger: PureLedger) -> None:
    reversed_by(ledger, "r1", 1, QUANTITY, 2)
    with pytest.raises(Refusal) as refused:
        reversed_by(ledger, "r2", 1, QUANTITY, 2)
    assert (refused.value.code, refused.value.metadata["returnable"]) == (Code.FAILED_PRECONDITION, "1")


def test_the_first_return_of_a_line_fixes_how_it_is_counted(ledger: PureLedger) -> None:
    reversed_by(ledger, "r1", 1, QUANTITY, 1)
    with pytest.raises(Refusal, match="RETURN_BASIS_DIFFERS"):
        reversed_by(ledger, "r2", 1, AMOUNT, 100)


def test_a_line_sold_without_pieces_is_not_counted_in_pieces(ledger: PureLedger) -> None:
    with pytest.raises(Refusal, match="NOT_RETURNABLE"):
        reversed_by(ledger, "r1", 2, QUANTITY, 1)


def test_a_line_sold_without_pieces_comes_back_whole(ledger: PureLedger) -> None:
    assert reversed_by(ledger, "r1", 2, WHOLE, None) == [7]


def test_a_refused_line_refuses_the_return(ledger: PureLedger) -> None:
    with pytest.raises(Refusal, match="SALE_NOT_FOUND"):
        ledger.give_back("ana", "r1", "sale", {1: (WHOLE, None), 9: (WHOLE, None)})
    assert ledger.accrual_of("sale", 1) == (10, 0)


def test_two_shares_of_one_line_in_one_return_add_up(ledger: PureLedger) -> None:
    sale = DocumentRef("till", "sale")
    shares = (ReturnedShare(sale, 1, QUANTITY, 1), ReturnedShare(sale, 1, QUANTITY, 1))
    document = ReturnDocument(DocumentRef("till", "r1"), "shop", "store", ledger.now, (ReturnLine(1, shares),))
    ledger.run(PostReturn(ledger.origin("ana"), ledger.return_part(document, {sale: "ana"})))
    assert ledger.accrual_of("sale", 1) == (3, 0)


def test_returning_one_line_leaves_the_others() -> None:
    ledger = PureLedger()
    lines = [sold(1, 1000, "a"), sold(2, 1000, "b"), sold(3, 2000, "c")]
    awards = [award(1, 10, "a"), award(2, 20, "b")]
    awards += [
        award(n, points, brand, rule="order", ordinal=2, kind=AccrualKind.BONUS)
        for n, points, brand in ((1, 10, "a"), (2, 10, "b"), (3, 20, "c"))
    ]
    ledger.post_order("ana", "sale", lines, awards)
    answer = ledger.give_back("ana", "r1", "sale", {3: (WHOLE, None)})
    assert [one.reversed for one in answer.reversed] == [20]
    assert answer.wallet.balance == 50
