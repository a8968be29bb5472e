"""Roll-forwards of brands between two standings."""

from chassis.values.money import Money
from settlement_service.domain.brand_books import brand_books
from settlement_service.domain.figures import Balance, BrandPoints
from settlement_service.domain.standing import Standing


def points(
    kind: str, count: int, outstanding: int, *, debt: int = 0, spent_at: str = "", at: str = "", of: str = "harbor"
) -> BrandPoints:
    return BrandPoints(of, kind, spent_at, at, count, outstanding, debt)


def balance(account: str, amount: int, entity: str = "harbor", brand: str = "harbor") -> Balance:
    return Balance(entity, "USD", account, "", brand, amount)


JANUARY = Standing(
    balances=(balance("points_liability", -80),),
    brands=(points("EARNED", 196, 196), points("REDEEMED", 50, -50, spent_at="OWN", at="harbor")),
)
FEBRUARY = Standing(
    balances=(balance("points_liability", -80), balance("member_receivable", 64), balance("due_to", -7)),
    brands=(
        points("EARNED", 196, 196),
        points("IMPORTED", 20, 20),
        points("TRANSFERRED_OUT", 5, -5),
        points("REDEEMED", 50, -50, spent_at="OWN", at="harbor"),
        points("REDEEMED", 100, -100, spent_at="CROSS", at="linden"),
        points("REDEEMED", 6, -6, spent_at="REPAYMENT"),
        points("REVERSED", 196, -196, debt=181),
        points("REPAID", 116, 116, debt=-116),
        points("RESTORED", 2, 2, debt=-2),
        points("EXPIRED", 1, -1),
        points("REDEEMED", 30, -30, spent_at="CROSS", at="harbor", of="north"),
        points("REDEEMED", 9, -9, spent_at="CROSS", at="linden", of="north"),
    ),
)


def test_closing_is_the_sum_of_the_roll_forward() -> None:
    books = brand_books("harbor", Standing(), FEBRUARY)
    assert (books.redeemed_own, books.redeemed_cross, books.redeemed_repayment) == (50, 100, 6)
    assert books.adjusted == 15
    assert books.opening.points == 0
    assert books.closing.points == 196 + 2 + 116 + 15 - 156 - 196 - 1
    assert books.closing.receivable_points == 63
    assert books.closing.liability == (Money("USD", 80),)
    assert books.closing.receivable == (Money("USD", 64),)


def test_a_span_begins_where_the_one_before_it_ended() -> None:
    january, february = brand_books("harbor", Standing(), JANUARY), brand_books("harbor", JANUARY, FEBRUARY)
    assert february.opening == january.closing
    assert (february.earned, february.redeemed_own, february.redeemed_cross) == (0, 0, 100)


def test_points_of_others_spent_here_crossed_in_and_change_nothing_outstanding() -> None:
    books = brand_books("harbor", JANUARY, FEBRUARY)
    assert books.cross_in == 30
    assert books.closing.points - books.opening.points == 2 + 116 + 15 - 106 - 196 - 1
