"""What crosses the border of an existing program, against the sentences of docs/adr/0062."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chassis.values.rounding import Ratio, Rounding
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.balance_import import LineKind, StagedLine, Terms, converted, old_points_back
from ledger_service.domain.pooling import PoolingState
from ledger_service.domain.sources import Source
from tests.support.pure_ledger import PureLedger, award, sold

_ORDERS = st.sampled_from(["imp_here", "imp_gone", "ord_sale"])
_PLACES = st.sampled_from(["", "ours", "theirs"])
_STATES = st.sampled_from(PoolingState)


def _accrual(order: str, location: str) -> Accrual:
    ledger = PureLedger()
    ledger.post_order("mem", "sale", [sold(1, 100, "A")], [award(1, 10, "A")])
    [some] = ledger.state.accruals.values()
    return replace(some, order_id=order, location_id=location)


def _source(state: PoolingState, gone: bool) -> Source:
    left = {"imp_gone": "gone"} if gone else dict[str, str]()
    return Source("prg", "attic", state, frozenset({"imp_here"}), left, frozenset({"theirs"}), False)


@given(_STATES, st.booleans(), _ORDERS, _PLACES, _PLACES)
def test_a_border_is_crossed_out_and_in(state: PoolingState, gone: bool, order: str, earned: str, spent: str) -> None:
    source = _source(state, gone)
    brought, there = order == "imp_here", spent == "theirs"
    theirs = brought or earned == "theirs" or (gone and order == "imp_gone")
    crossed = source.is_crossed_by(_accrual(order, earned), spent)
    if state is PoolingState.POOLED:
        assert crossed == ((theirs and not there) or (there and not theirs))
    else:
        assert crossed == (brought and not there)


@given(_STATES, st.booleans(), _ORDERS, _PLACES, _PLACES)
def test_what_has_left_lets_nothing_cross(state: PoolingState, gone: bool, order: str, earned: str, spent: str) -> None:
    source, accrual = _source(state, gone), _accrual(order, earned)
    barred = source.bars(accrual, spent)
    if state is PoolingState.POOLED or not gone:
        assert not barred
    elif order == "imp_gone":
        assert barred == (spent != "theirs")
    else:
        assert barred == (spent == "theirs" and not source.owns(accrual))


@given(
    st.integers(1, 10**9),
    st.fractions(min_value="1/1000", max_value=1000, max_denominator=1000).map(Ratio.of),
    st.data(),
)
def test_what_goes_back_was_brought_and_is_worth_no_more_than_it_is_here(
    old: int, ratio: Ratio, data: st.DataObject
) -> None:
    terms = Terms("B", ratio, Rounding.FLOOR, "", ())
    amounts = converted(old, terms)
    assert amounts is not None
    withdrawn = data.draw(st.integers(0, amounts[0]))
    line = StagedLine(1, LineKind.POINTS, old_points=old, new_points=amounts[0], withdrawn=withdrawn)
    back = old_points_back(line, terms)
    assert 0 <= back <= old
    if withdrawn == amounts[0]:
        assert back == old
    else:
        assert back * ratio.fraction() <= withdrawn < (back + 1) * ratio.fraction()
