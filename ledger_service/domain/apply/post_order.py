"""Posting a sale: each award becomes an accrual of its own; open debt is repaid from them at once.

A sale that names nobody earns nothing yet: it is kept under a home of its own until somebody claims it.
"""

from datetime import datetime

from chassis.values.ids import made_id
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import OrderAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.park_return import settle_parked
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.tenders import pay
from ledger_service.domain.apply.views import earned_points, redemption_view
from ledger_service.domain.commands import Award, OrderPart, Origin, PostOrder
from ledger_service.domain.event import EventType
from ledger_service.domain.order import OrderState, PostedOrder, is_anonymous


def post_order(draft: Draft, command: PostOrder) -> Applied:
    """Takes the points that pay for the sale, credits its awards in accrual order, then settles what waited for it."""
    part, nobody = command.order, is_anonymous(command.origin.home)
    state = OrderState.CLAIMABLE if nobody else OrderState.EVALUATED
    redemptions = pay(draft, part)
    accruals = earn(draft, part)
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
    )
    draft.put_order(order, new=True)
    settled = settle_parked(draft, order.order_id)
    wallet = draft.close(activity=True)
    answer = OrderAnswer(
        order_id=order.order_id,
        state=order.state,
        member_id="" if nobody else order.home,
        revision=order.revision,
        earned=tuple(earned_points(accrual) for accrual in accruals),
        repaid_points=repaid,
        wallet=wallet,
        position=draft.stamp.position,
        redemptions=tuple(redemption_view(redemption) for redemption in redemptions),
        resolved_returns=settled,
        time_clamped=command.time_clamped,
    )
    return draft.finish(answer, Subject(EventType.ORDER_POSTED, order.order_id, settled_returns=settled))


def earn(draft: Draft, part: OrderPart) -> list[Accrual]:
    """Lets every award of a sale become an accrual, in accrual order."""
    when = part.document.occur_time
    accruals = [accrual_of(draft.origin, part.order_id, award, when) for award in part.awards]
    for accrual in accruals:
        draft.bear(accrual, part.order_id)
    draft.judge(award.judgement for award in part.awards)
    return accruals


def accrual_of(origin: Origin, order_id: str, award: Award, earn_time: datetime) -> Accrual:
    """The accrual that an award of a sale becomes, not yet born; its id is made from home, order, line and rule.
    `earn_time` is the sale's, whenever the points are given."""
    line = str(award.line_number)
    return Accrual(
        program=origin.program,
        accrual_id=made_id("acc", origin.program, origin.home, order_id, line, award.rule_id),
        home=origin.home,
        order_id=order_id,
        line_number=award.line_number,
        brand=award.brand,
        issuer=award.issuer,
        rule_id=award.rule_id,
        rule_version=award.rule_version,
        rule_ordinal=award.rule_ordinal,
        kind=award.kind,
        revision=origin.revision,
        offer_id=award.offer_id,
        funders=award.funders,
        location_id=origin.location_id,
        operator=origin.operator,
        region=origin.region,
        channel=origin.channel,
        liability=award.liability,
        scope=award.scope,
        desired=award.points,
        granted=award.points,
        earn_time=earn_time,
        available_time=award.available_time,
        expire_time=award.expire_time,
        rolling_months=award.rolling_months,
        rolling_days=award.rolling_days,
    )
