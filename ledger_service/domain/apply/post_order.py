"""Posting a sale: each award becomes an accrual of its own; open debt is repaid from them at once."""

from chassis.values.ids import made_id
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import EarnedPoints, OrderAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.commands import Award, PostOrder
from ledger_service.domain.event import EventType
from ledger_service.domain.order import OrderState, PostedOrder


def post_order(draft: Draft, command: PostOrder) -> Applied:
    """Credits the sale's awards in accrual order."""
    accruals = [_accrual(command, award) for award in command.awards]
    for accrual in accruals:
        draft.bear(accrual, command.order_id)
    repaid = repay_debts(draft)
    wallet = draft.close()
    order = PostedOrder(
        program=command.origin.program,
        order_id=command.order_id,
        home=command.origin.home,
        state=OrderState.EVALUATED,
        revision=command.origin.revision,
        document=command.document,
        post_time=draft.post_time,
    )
    answer = OrderAnswer(
        order_id=order.order_id,
        state=order.state,
        member_id=order.home,
        revision=order.revision,
        earned=tuple(_earned(accrual) for accrual in accruals),
        repaid_points=repaid,
        wallet=wallet,
        position=draft.stamp.position,
    )
    return draft.finish(answer, Subject(EventType.ORDER_POSTED, order.order_id), order=order)


def _accrual(command: PostOrder, award: Award) -> Accrual:
    origin = command.origin
    line = str(award.line_number)
    return Accrual(
        program=origin.program,
        accrual_id=made_id("acc", origin.program, origin.home, command.order_id, line, award.rule_id),
        home=origin.home,
        order_id=command.order_id,
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
        scope="",
        desired=award.points,
        granted=award.points,
        earn_time=origin.occur_time,
        available_time=award.available_time,
        expire_time=award.expire_time,
    )


def _earned(accrual: Accrual) -> EarnedPoints:
    return EarnedPoints(
        accrual_id=accrual.accrual_id,
        line_number=accrual.line_number,
        brand=accrual.brand,
        rule_id=accrual.rule_id,
        desired=accrual.desired,
        granted=accrual.granted,
        expire_time=accrual.expire_time,
    )
