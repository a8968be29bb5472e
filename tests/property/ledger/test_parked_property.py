"""A return that comes before its sale ends in the same accruals as one that comes after it (I5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.order import ReturnBasis, ReturnedLine, ReturnedShare, ReturnState
from tests.support.examples import examples
from tests.support.pure_ledger import PureLedger, award, sold
from tests.support.pure_returns import Returns, ref

SALES = ("one", "two", "three")
BASES = (ReturnBasis.QUANTITY, ReturnBasis.AMOUNT, ReturnBasis.WHOLE)


@dataclass(frozen=True)
class Sale:
    """A sale of lines of (pieces, amount, points)."""

    name: str
    lines: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Back:
    """A return of shares of sales' lines."""

    name: str
    shares: tuple[ReturnedShare, ...]


lines = st.tuples(st.integers(0, 4), st.integers(0, 50), st.integers(0, 40))
sales = st.tuples(*(st.lists(lines, min_size=1, max_size=3).map(tuple) for _ in SALES)).map(
    lambda found: [Sale(name, line) for name, line in zip(SALES, found, strict=True)]
)


@st.composite
def shares(draw: st.DrawFn) -> ReturnedShare:
    """A share of a line that may not exist, of pieces that may be too many."""
    basis = draw(st.sampled_from(BASES))
    some = None if basis is ReturnBasis.WHOLE else draw(st.integers(1, 30))
    return ReturnedShare(ref(draw(st.sampled_from(SALES))), draw(st.integers(1, 4)), basis, some)


backs = st.lists(st.lists(shares(), min_size=1, max_size=3).map(tuple), min_size=1, max_size=5).map(
    lambda found: [Back(f"back-{number}", share) for number, share in enumerate(found)]
)


def sell(ledger: PureLedger, sale: Sale) -> None:
    listed = [sold(number, net, "north", quantity) for number, (quantity, net, _) in enumerate(sale.lines, start=1)]
    awards = [award(number, points, "north") for number, (_, _, points) in enumerate(sale.lines, start=1) if points]
    ledger.post_order("ana", sale.name, listed, awards)


def bring(ledger: PureLedger, back: Back) -> bool:
    """True if it was carried out."""
    try:
        return Returns(ledger).bring("ana", back.name, *back.shares).state is ReturnState.POSTED
    except Refusal:
        return False


def accruals(ledger: PureLedger) -> dict[str, Accrual]:
    return ledger.state.accruals


def returned(ledger: PureLedger) -> dict[tuple[str, str, int], ReturnedLine]:
    return ledger.state.returned


def last_sale(back: Back, given_sales: Sequence[Sale]) -> int:
    """After how many of the sales all are there that a return names."""
    when = {sale.name: number for number, sale in enumerate(given_sales, start=1)}
    return max(when[share.sale.document_id] for share in back.shares)


@settings(max_examples=examples(40), deadline=None)
@given(sales, backs)
def test_returns_before_their_sales_end_as_returns_after_them(given_sales: list[Sale], given_backs: list[Back]) -> None:
    early, late = PureLedger(), PureLedger()
    for back in given_backs:
        bring(early, back)
    for sale in given_sales:
        sell(early, sale)
        sell(late, sale)
    carried_out = [
        back.name for back in sorted(given_backs, key=lambda back: last_sale(back, given_sales)) if bring(late, back)
    ]
    assert accruals(early) == accruals(late)
    assert returned(early) == returned(late)
    states = {back.name: Returns(early).known(back.name).state for back in given_backs}
    ended = {True: ReturnState.POSTED, False: ReturnState.REFUSED}
    assert states == {back.name: ended[back.name in carried_out] for back in given_backs}


@settings(max_examples=examples(40), deadline=None)
@given(sales, backs, st.lists(st.integers(0, len(SALES)), min_size=5, max_size=5))
def test_a_return_may_come_at_any_moment(given_sales: list[Sale], given_backs: list[Back], moments: list[int]) -> None:
    """Each return comes after so many of the sales; it ends as if it had come once its last sale was there."""
    mixed, late = PureLedger(), PureLedger()
    came = sorted(zip(moments, given_backs, strict=False), key=lambda pair: pair[0])
    for number in range(len(given_sales) + 1):
        if number:
            sell(mixed, given_sales[number - 1])
            sell(late, given_sales[number - 1])
        for moment, back in came:
            last = last_sale(back, given_sales)
            if moment < number == last:
                bring(late, back)
        for moment, back in came:
            if moment == number:
                bring(mixed, back)
                if number >= last_sale(back, given_sales):
                    bring(late, back)
    assert accruals(mixed) == accruals(late)
    assert returned(mixed) == returned(late)
