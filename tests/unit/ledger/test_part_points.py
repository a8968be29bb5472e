"""Goods that were paid with points, in whole or in part: what comes back with them."""

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import ReturnAnswer
from ledger_service.domain.commands import PostReturn, Tender, TenderLine
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import DocumentRef, ReturnBasis, ReturnDocument, ReturnedShare, ReturnLine
from ledger_service.domain.policies import ReturnPolicy, SpentPoints
from tests.support.pure_ledger import award, sold, terms
from tests.support.pure_restores import bring_back, open_positions, redemption, restore, spend
from tests.support.pure_spend import PureSpending

LINDEN = terms("linden", "4/5", {"north": "1"})
PEAK = terms("peak", "1", {"north": "1"})
Lines = tuple[tuple[int, int], ...]


def paid_with(*tenders: tuple[str, Lines], spending: PureSpending, quantity: int = 3) -> None:
    """A sale of two lines, the first of several pieces, paid with redemptions split as told."""
    lines = [sold(1, 3000, "linden", quantity), sold(2, 1000, "linden")]
    parts = [
        Tender("", redemption_id, 0, release_rest=False, lines=tuple(TenderLine(*line) for line in split))
        for redemption_id, split in tenders
    ]
    spending.sell("ana", "goods", lines, parts)


def bought(points: int = 10, split: Lines = ((1, 10),), quantity: int = 3) -> tuple[PureSpending, str]:
    """Goods paid with so many of North's points."""
    spending = PureSpending()
    spending.ledger.post_order("ana", "sale", [sold(1, 10_000, "north")], [award(1, 100, "north")])
    redemption_id = spend(spending.ledger, points, LINDEN)
    paid_with((redemption_id, split), spending=spending, quantity=quantity)
    return spending, redemption_id


def back(spending: PureSpending, document: str, line: int = 1, pieces: int | None = None) -> ReturnAnswer:
    """So many pieces of a line come back; None: all that are left."""
    share = (ReturnBasis.WHOLE, None) if pieces is None else (ReturnBasis.QUANTITY, pieces)
    return bring_back(spending.ledger, document, "goods", {line: share})


def points_of(answer: ReturnAnswer) -> list[tuple[int, int]]:
    return [(one.points, one.value.minor_units) for one in answer.restored]


def test_each_piece_gives_back_its_cumulative_half_up_share() -> None:
    spending, _ = bought()
    answers = [back(spending, f"r{n}", pieces=1) for n in range(3)]
    assert [points_of(answer) for answer in answers] == [[(3, 2)], [(4, 3)], [(3, 3)]]
    assert open_positions(spending.ledger) == {}


def test_a_line_that_no_points_paid_gives_none_back() -> None:
    spending, _ = bought()
    assert back(spending, "r", line=2).restored == ()


def test_only_the_returned_lines_points_come_back() -> None:
    spending, redemption_id = bought(40, ((1, 30), (2, 10)))
    assert points_of(back(spending, "r", line=2)) == [(10, 8)]
    assert [piece.restored_points for piece in redemption(spending.ledger, redemption_id).pieces] == [0, 10]


def test_points_go_back_under_the_return_that_brought_them() -> None:
    spending, _ = bought()
    answer = back(spending, "r")
    moved = spending.ledger.events[-1].movements[-1].movement
    assert (moved.kind, moved.cause, moved.cause_id) == (MovementKind.RESTORED, Cause.RETURN, answer.return_id)


def test_what_was_restored_by_a_call_is_not_restored_again() -> None:
    spending, redemption_id = bought(40, ((1, 30), (2, 10)))
    restore(spending.ledger, redemption_id, 20)
    assert [piece.restored_points for piece in redemption(spending.ledger, redemption_id).pieces] == [15, 5]
    assert back(spending, "r1", pieces=1).restored == ()
    assert points_of(back(spending, "r2", pieces=1)) == [(5, 4)]
    assert points_of(back(spending, "r3")) == [(10, 8)]


def test_several_redemptions_each_give_back_their_own() -> None:
    spending = PureSpending()
    spending.ledger.post_order("ana", "sale", [sold(1, 10_000, "north")], [award(1, 100, "north")])
    first, second = spend(spending.ledger, 30, LINDEN), spend(spending.ledger, 20, PEAK)
    paid_with((first, ((1, 30),)), (second, ((1, 10), (2, 10))), spending=spending)
    answer = back(spending, "r")
    assert [(one.redemption_id, one.points) for one in answer.restored] == [(first, 30), (second, 10)]
    assert spending.ledger.positions() == {"north": -10, "linden": 0, "peak": 10}


def test_each_restored_movement_names_where_its_points_had_been_spent() -> None:
    spending = PureSpending()
    spending.ledger.post_order("ana", "sale", [sold(1, 10_000, "north")], [award(1, 100, "north")])
    first, second = spend(spending.ledger, 30, LINDEN), spend(spending.ledger, 20, PEAK)
    paid_with((first, ((1, 30),)), (second, ((1, 20),)), spending=spending)
    back(spending, "r")
    settlements = [one.movement.settlement for one in spending.ledger.events[-1].movements]
    assert [(one.place_entity, one.place_brand) for one in settlements] == [("linden", "linden"), ("peak", "peak")]


def test_a_restore_as_a_whole_spreads_over_what_is_left_of_the_lines() -> None:
    spending, redemption_id = bought(40, ((1, 30), (2, 10)))
    restore(spending.ledger, redemption_id, 6)
    assert [piece.restored_points for piece in redemption(spending.ledger, redemption_id).pieces] == [5, 1]
    restore(spending.ledger, redemption_id)
    assert spending.ledger.state.wallets[MemberKey("prg", "ana")].balance == 100
    assert open_positions(spending.ledger) == {}


def test_points_that_come_back_with_the_same_return_are_not_asked_for() -> None:
    """The sale that earned them and the goods they paid for come back together: nothing is open in the end."""
    spending, _ = bought(100, ((1, 100),))
    ledger = spending.ledger
    sales = [DocumentRef("till", "sale"), DocumentRef("till", "goods")]
    shares = [ReturnedShare(sale, 1, ReturnBasis.WHOLE, None) for sale in sales]
    lines = tuple(ReturnLine(number, (share,)) for number, share in enumerate(shares, start=1))
    document = ReturnDocument(DocumentRef("till", "r"), "shop", "store", ledger.now, lines)
    part = ledger.return_part(document, dict.fromkeys(sales, "ana"), ReturnPolicy(spent=SpentPoints.REDUCE_REFUND))
    answer = ledger.run(PostReturn(ledger.origin("ana"), part)).answer
    assert isinstance(answer, ReturnAnswer)
    assert (answer.withheld, answer.wallet.balance, answer.wallet.debt) == (None, 0, 0)
    assert open_positions(ledger) == {}
