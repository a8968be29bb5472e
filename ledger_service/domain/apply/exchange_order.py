"""Exchanging goods: a return and a sale in one commit, both or neither (docs/DOMAIN.md §6)."""

from ledger_service.domain.answers import ExchangeAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.granting import earn
from ledger_service.domain.apply.open_return import begin_return
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.park_return import settle_parked
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.reversal import Reversal, carry_out
from ledger_service.domain.apply.tenders import pay
from ledger_service.domain.apply.views import redemption_view
from ledger_service.domain.commands import ExchangeOrder, ReturnPart
from ledger_service.domain.event import EventType
from ledger_service.domain.order import OrderState, PostedOrder, PostedReturn
from ledger_service.domain.sold import sold_lines


def exchange_order(draft: Draft, command: ExchangeOrder) -> Applied:
    """Takes the goods back, takes the points that pay for the new ones, then credits what those earn."""
    back, part = command.returned, command.order
    begin_return(draft, back)
    reversal = carry_out(draft, back)
    _keep(draft, back, reversal)
    redemptions = pay(draft, part)
    earned = earn(draft, part)
    repaid = reversal.repaid_points + repay_debts(draft)
    order = PostedOrder(
        program=back.program,
        order_id=part.order_id,
        home=draft.origin.home,
        state=OrderState.EVALUATED,
        revision=draft.origin.revision,
        document=part.document,
        post_time=draft.post_time,
        redemptions=tuple(redemption.redemption_id for redemption in redemptions),
        local_day=part.local_day,
        facts=part.kept,
        trimmed=earned.trimmed,
    )
    draft.put_order(order, new=True)
    settled = settle_parked(draft, order.order_id)
    answer = ExchangeAnswer(
        return_id=back.return_id,
        order_id=order.order_id,
        reversed=reversal.reversed,
        restored=reversal.restored,
        earned=earned.points,
        redemptions=tuple(redemption_view(redemption) for redemption in redemptions),
        repaid_points=repaid,
        withheld=reversal.withheld,
        written_off=reversal.written_off,
        wallet=draft.close(activity=True),
        position=draft.stamp.position,
    )
    subject = Subject(
        EventType.ORDER_EXCHANGED,
        order.order_id,
        settled_returns=settled,
        sold_lines=sold_lines(part.document, earned.accruals),
    )
    return draft.finish(answer, subject)


def _keep(draft: Draft, back: ReturnPart, reversal: Reversal) -> None:
    draft.put_return(
        PostedReturn(
            program=back.program,
            return_id=back.return_id,
            home=draft.origin.home,
            document=back.document,
            post_time=draft.post_time,
            reversed=reversal.reversed,
            restored=reversal.restored,
        )
    )
