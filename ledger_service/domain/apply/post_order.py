"""Posting a sale: each award becomes an accrual of its own; open debt is repaid from them at once.

A sale that names nobody earns nothing yet: it is kept under a home of its own until somebody claims it.
"""

from ledger_service.domain.answers import OrderAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.granting import earn
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.park_return import settle_parked
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.tenders import pay
from ledger_service.domain.apply.views import redemption_view
from ledger_service.domain.commands import PostOrder
from ledger_service.domain.event import EventType
from ledger_service.domain.order import OrderState, PostedOrder, is_anonymous
from ledger_service.domain.sold import sold_lines


def post_order(draft: Draft, command: PostOrder) -> Applied:
    """Takes the points that pay for the sale, credits its awards in accrual order, then settles what waited for it."""
    part, nobody = command.order, is_anonymous(command.origin.home)
    state = OrderState.CLAIMABLE if nobody else OrderState.EVALUATED
    redemptions = pay(draft, part)
    earned = earn(draft, part)
    repaid = repay_debts(draft)
    order = PostedOrder(
        program=command.origin.program,
        order_id=part.order_id,
        home=command.origin.home,
        state=state,
        revision=command.origin.revision,
        document=part.document,
        post_time=draft.post_time,
        redemptions=tuple(redemption.redemption_id for redemption in redemptions),
        local_day=part.local_day,
        facts=part.kept,
        trimmed=earned.trimmed,
    )
    draft.put_order(order, new=True)
    settled = settle_parked(draft, order.order_id)
    wallet = draft.close(activity=True)
    answer = OrderAnswer(
        order_id=order.order_id,
        state=order.state,
        member_id="" if nobody else order.home,
        revision=order.revision,
        earned=earned.points,
        repaid_points=repaid,
        wallet=wallet,
        position=draft.stamp.position,
        redemptions=tuple(redemption_view(redemption) for redemption in redemptions),
        resolved_returns=settled,
        time_clamped=command.time_clamped,
    )
    subject = Subject(
        EventType.ORDER_POSTED,
        order.order_id,
        settled_returns=settled,
        sold_lines=sold_lines(part.document, earned.accruals),
    )
    return draft.finish(answer, subject)
