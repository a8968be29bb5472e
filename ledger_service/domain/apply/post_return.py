"""Posting a return: reverses the exact accruals of the returned lines (docs/DOMAIN.md §6)."""

from chassis.values.rounding import round_half_up
from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import ReturnAnswer, ReversedPoints
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.commands import PostReturn
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import (
    OrderLine,
    PostedOrder,
    PostedReturn,
    ReturnBasis,
    ReturnedLine,
    ReturnedShare,
    order_id_of,
)
from ledger_service.domain.slice import LineKey

UNITS = {ReturnBasis.QUANTITY: "pieces", ReturnBasis.AMOUNT: "minor units", ReturnBasis.WHOLE: "lines"}


def post_return(draft: Draft, command: PostReturn) -> Applied:
    """Reverses line by line, then lets the wallet's other points repay what was spent already."""
    returned: dict[LineKey, ReturnedLine] = {}
    reversals: list[ReversedPoints] = []
    for line in command.document.lines:
        for share in line.shares:
            after = _returned_line(draft, share, returned)
            returned[(after.program, after.order_id, after.line_number)] = after
            reversals += _reverse(draft, command, share, after)
    repaid = repay_debts(draft)
    wallet = draft.close()
    answer = ReturnAnswer(
        return_id=command.return_id,
        reversed=tuple(reversals),
        repaid_points=repaid,
        wallet=wallet,
        position=draft.stamp.position,
    )
    posted = PostedReturn(
        program=command.origin.program,
        return_id=command.return_id,
        home=command.origin.home,
        document=command.document,
        post_time=draft.post_time,
    )
    subject = Subject(EventType.RETURN_POSTED, command.return_id)
    return draft.finish(answer, subject, returned=returned, posted_return=posted)


def _returned_line(draft: Draft, share: ReturnedShare, before: dict[LineKey, ReturnedLine]) -> ReturnedLine:
    """The sale's line with this share counted as returned; refused if more comes back than is left."""
    order, line = _sale_line(draft, share)
    key = (order.program, order.order_id, line.line_number)
    known = before.get(key) or draft.returned(key)
    basis = _basis(share, line, known)
    sold = _sold(line, basis)
    so_far = known.returned if known else 0
    asked = sold - so_far if share.amount is None else share.amount
    if asked < 1 or asked > sold - so_far:
        shown = "all" if share.amount is None else str(share.amount)
        raise refusals.not_returnable(share.sale, line.line_number, shown, sold - so_far, UNITS[basis])
    return ReturnedLine(order.program, order.home, order.order_id, line.line_number, basis, so_far + asked, sold)


def _sale_line(draft: Draft, share: ReturnedShare) -> tuple[PostedOrder, OrderLine]:
    order = draft.order(order_id_of(draft.origin.program, share.sale))
    if order is None:
        raise refusals.sale_not_found(share.sale)
    line = order.document.line(share.sale_line)
    if line is None:
        raise refusals.sale_not_found(share.sale, share.sale_line)
    return order, line


def _basis(share: ReturnedShare, line: OrderLine, known: ReturnedLine | None) -> ReturnBasis:
    """How the line's returns are counted: as the first said; a whole line takes whatever basis there is."""
    if known is None:
        return share.basis
    if share.basis not in (known.basis, ReturnBasis.WHOLE):
        raise refusals.return_basis_differs(share.sale, line.line_number, known.basis.value, share.basis.value)
    return known.basis


def _sold(line: OrderLine, basis: ReturnBasis) -> int:
    """How much was sold, in the unit of the basis; 0 if the line cannot be counted that way."""
    if basis is ReturnBasis.QUANTITY:
        return line.quantity
    if basis is ReturnBasis.AMOUNT:
        return max(line.net, 0)
    return 1


def _reverse(draft: Draft, command: PostReturn, share: ReturnedShare, line: ReturnedLine) -> list[ReversedPoints]:
    """Takes back what the line's accruals gave for what has come back so far, less what earlier returns took."""
    reversals: list[ReversedPoints] = []
    for accrual in draft.order_accruals(line.order_id):
        if accrual.line_number != line.line_number:
            continue
        points = _due(accrual, line)
        if points > 0:
            draft.move(accrual, MovementKind.REVERSED, points, Cause.RETURN, command.return_id, accrual.line_number)
        reversals.append(
            ReversedPoints(
                accrual_id=accrual.accrual_id,
                sale=share.sale,
                sale_line=line.line_number,
                brand=accrual.brand,
                rule_id=accrual.rule_id,
                reversed=points,
                so_far=accrual.reversed + points,
                granted=accrual.granted,
            )
        )
    return reversals


def _due(accrual: Accrual, line: ReturnedLine) -> int:
    """Cumulative: half-up of granted · returned / sold, less what expired (that is gone already) and what was
    reversed before."""
    target = round_half_up(accrual.granted * line.returned, line.sold)
    return max(accrual.reversed, target - accrual.expired) - accrual.reversed
