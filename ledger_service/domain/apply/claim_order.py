"""Claiming a sale that named nobody: it earns for the member what it would have earned, less what has come back since.

The claimer's wallet is all that is locked besides the sale's directory entry: the home of a sale that named nobody has
no points, and whoever touches that sale meanwhile holds the same entry.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chassis.values.rounding import round_half_up
from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import ClaimAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.granting import earn
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.commands import ClaimOrder
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import OrderState, PostedOrder, ReturnedLine
from ledger_service.domain.sold import sold_lines


def claim_order(draft: Draft, command: ClaimOrder) -> Applied:
    """Credits the sale's awards to the home, takes back the share that was returned before, and moves the sale."""
    origin = command.origin
    sale = _claimable(draft, command)
    earned = earn(draft, command.order)
    reversed_points = _take_back(draft, sale, earned.accruals)
    repaid = repay_debts(draft)
    wallet = draft.close(activity=True)
    claimed = replace(
        sale,
        home=origin.home,
        state=OrderState.EVALUATED,
        revision=origin.revision,
        facts=command.order.kept,
        trimmed=earned.trimmed,
    )
    draft.move_sale(command.sale_key, claimed)
    answer = ClaimAnswer(
        order_id=sale.order_id,
        member_id=origin.home,
        revision=origin.revision,
        earned=earned.points,
        reversed_points=reversed_points,
        repaid_points=repaid,
        wallet=wallet,
        position=draft.stamp.position,
    )
    sold = sold_lines(sale.document, earned.accruals)
    return draft.finish(answer, Subject(EventType.ORDER_CLAIMED, sale.order_id, sold_lines=sold))


def _claimable(draft: Draft, command: ClaimOrder) -> PostedOrder:
    """The sale, if it still waits; refused if it was cancelled or the claim came too late by the caller's clock."""
    judged = command.order.document
    sale = draft.order(command.order.order_id)
    if sale is None or sale.document != judged:
        # It was corrected after it was judged for this claim.
        raise refusals.overtaken()
    if sale.state is not OrderState.CLAIMABLE:
        raise refusals.order_not_claimable(judged.ref, f"it is {sale.state.name}")
    if command.origin.occur_time >= judged.occur_time + timedelta(days=command.claim_days):
        raise refusals.claim_too_late(judged.ref, command.claim_days)
    return sale


def _take_back(draft: Draft, sale: PostedOrder, accruals: Sequence[Accrual]) -> int:
    """Reverses of each accrual the share of its line that has come back, half-up and in one step; how many points.

    What came back by several returns is taken once, under the id of the last: cumulative shares would end the same.
    """
    taken = 0
    for line in _returned_lines(draft, sale):
        draft.put_returned(replace(line, home=draft.origin.home))
        for accrual in map(draft.latest, accruals):
            # What lapsed before the claim is gone already.
            due = round_half_up(accrual.granted * line.returned, line.sold) - accrual.expired
            if accrual.line_number == line.line_number and due > 0:
                draft.move(accrual, MovementKind.REVERSED, due, Cause.RETURN, sale.returns[-1], line.line_number)
                taken += due
    return taken


def _returned_lines(draft: Draft, sale: PostedOrder) -> list[ReturnedLine]:
    numbers = (line.line_number for line in sale.document.lines)
    found = (draft.returned((sale.program, sale.order_id, number)) for number in numbers)
    return [line for line in found if line is not None]
