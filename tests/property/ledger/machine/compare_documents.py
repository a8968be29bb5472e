"""What the ledger keeps of sales, holds, redemptions, returns and proposals, against the model's."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.changes import Changes
from ledger_service.domain.hold import Hold
from ledger_service.domain.movement import MovementRef
from ledger_service.domain.order import PostedOrder, PostedReturn, ReturnedLine
from ledger_service.domain.redemption import Redemption
from ledger_service.domain.slice import Slice
from tests.property.ledger.machine import documents
from tests.property.ledger.machine.account import Account

Refs = Mapping[int, MovementRef]
T = TypeVar("T")


def documents_are(changes: Changes, account: Account, refs: Refs) -> None:
    """Those that a command touched."""
    sales = {sale.order_id: sale for sale in account.sales.values()}
    for hold in changes.holds.values():
        _hold_is(hold, account.holds[hold.hold_id])
    for redemption in changes.redemptions.values():
        _redemption_is(redemption, account.redemptions[redemption.redemption_id], refs)
    for order in changes.orders.values():
        _sale_is(order, sales[order.order_id])
    for line in changes.returned.values():
        _line_is(line, sales[line.order_id])
    for adjustment in changes.adjustments.values():
        _adjustment_is(adjustment, account.proposals[adjustment.adjustment_id])
    for known in changes.returns.values():
        if known.return_id in account.returns:
            _return_is(known, account.returns[known.return_id])


def all_documents_are(state: Slice, account: Account, refs: Refs) -> None:
    """All of a member."""
    _all(account.holds, state.holds, _hold_is)
    _all(account.redemptions, state.redemptions, lambda ours, theirs: _redemption_is(ours, theirs, refs))
    _all(account.returns, state.returns, _return_is)
    _all(account.proposals, state.adjustments, _adjustment_is)
    for sale in account.sales.values():
        order = state.orders[account.program, sale.order_id]
        if order.home == sale.home:
            _sale_is(order, sale)
            for number in sale.returned:
                _line_is(state.returned[order.program, order.order_id, number], sale)


def _all(theirs: Mapping[str, T], ours: Mapping[str, object], same: Callable[..., None]) -> None:
    for one, document in theirs.items():
        same(ours[one], document)


def _hold_is(hold: Hold, known: documents.Hold) -> None:
    # One that never held anything has nothing to book when its time is over.
    assert hold.state.value == known.state or known.points == 0
    assert (hold.time_out, hold.points) == (known.time_out, known.holds)
    parts = [(lot.home, points) for lot, points in known.parts]
    assert [(part.home, part.points) for part in hold.parts] == parts
    if hold.spending:
        spent = (hold.spending.points, hold.spending.captured_points, hold.spending.captured_value)
        assert spent == (known.points, known.captured, known.captured_value)


def _redemption_is(redemption: Redemption, known: documents.Redemption, refs: Refs) -> None:
    assert (redemption.points, redemption.value.minor_units) == (known.points, known.value)
    assert (redemption.order_id, redemption.brand) == (known.order_id, known.shop.place.brand)
    ours = [
        (p.line_number, p.movement, p.points, p.value, p.restored_points, p.restored_value) for p in redemption.pieces
    ]
    theirs = [(p.line, refs[id(p.burn)], p.points, p.value, p.back, p.back_value) for p in known.pieces]
    assert ours == theirs


def _sale_is(order: PostedOrder, sale: documents.Sale) -> None:
    assert (order.state.value, order.home) == (sale.state, sale.home)
    known = (tuple(sale.redemptions), tuple(sale.returns), tuple(sale.corrections))
    assert (order.redemptions, order.returns, order.corrections) == known


def _line_is(line: ReturnedLine, sale: documents.Sale) -> None:
    basis, back = sale.returned[line.line_number]
    assert (line.basis.value, line.returned, line.sold) == (basis, back, sale.lines[line.line_number][basis])


def _return_is(posted: PostedReturn, known: documents.Return) -> None:
    assert (posted.state.value, posted.reason) == (known.state, known.reason)
    assert known.state != "parked" or [ref.document_id for ref in posted.awaited] == known.awaited


def _adjustment_is(adjustment: Adjustment, known: documents.Proposal) -> None:
    assert (adjustment.state.value, adjustment.home) == (known.state, known.home)
