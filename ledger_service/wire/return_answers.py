"""What became of returns, as messages."""

from typing import cast

from loyalty.ledger.v1 import authorization_pb2, order_pb2, order_requests_pb2, return_requests_pb2, wallet_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as messages

from ledger_service.domain.answers import (
    AnnouncedAnswer,
    Answer,
    CancelledReturnAnswer,
    ExchangeAnswer,
    ResolvedReturnAnswer,
    ReturnAnswer,
    ReversedPoints,
)
from ledger_service.domain.hold import Hold, HoldState
from ledger_service.domain.order import PostedReturn, RestoredPoints, ReturnState, is_anonymous
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.list_parked_returns import ParkedPage
from ledger_service.use_cases.resolve_parked_return import Resolved
from ledger_service.wire import values
from ledger_service.wire.answers import earned_message
from ledger_service.wire.returns import return_message

_STATES = {state: return_requests_pb2.ReturnState.Value(f"RETURN_STATE_{state.name}") for state in ReturnState}


def return_posted(answer: Answer) -> messages.PostReturnResponse:
    """A posted or parked return."""
    posted = cast(ReturnAnswer, answer)
    return messages.PostReturnResponse(
        return_id=posted.return_id,
        reversed=[reversed_message(points) for points in posted.reversed],
        reversed_points=sum(points.reversed for points in posted.reversed),
        repaid_points=posted.repaid_points,
        wallet=_wallet(posted.wallet),
        position=values.position_message(posted.position),
        state=_STATES[posted.state],
        restored=[restored_message(points) for points in posted.restored],
        withheld=values.money_message(posted.withheld),
        written_off_points=posted.written_off,
    )


def return_opened(answer: Answer) -> return_requests_pb2.OpenReturnResponse:
    """An announced return."""
    opened = cast(AnnouncedAnswer, answer)
    return return_requests_pb2.OpenReturnResponse(
        return_id=opened.return_id,
        held_points=opened.held_points,
        expire_time=values.timestamp(opened.expire_time),
        wallet=_wallet(opened.wallet),
        position=values.position_message(opened.position),
    )


def return_cancelled(answer: Answer) -> return_requests_pb2.CancelReturnResponse:
    """An announced return that does not come."""
    cancelled = cast(CancelledReturnAnswer, answer)
    return return_requests_pb2.CancelReturnResponse(
        unheld_points=cancelled.unheld_points,
        wallet=_wallet(cancelled.wallet),
        position=values.position_message(cancelled.position),
    )


def return_resolved(resolved: Resolved) -> return_requests_pb2.ResolveParkedReturnResponse:
    """A parked return that waits no longer."""
    answer = cast(ResolvedReturnAnswer, resolved.outcome.answer)
    return return_requests_pb2.ResolveParkedReturnResponse(
        posted_return=posted_return_message(resolved.posted),
        wallet=_wallet(answer.wallet),
        position=values.position_message(answer.position),
    )


def order_cancelled(answer: Answer, order_id: str) -> return_requests_pb2.CancelOrderResponse:
    """A cancelled sale."""
    cancelled = cast(ReturnAnswer, answer)
    return return_requests_pb2.CancelOrderResponse(
        order_id=order_id,
        reversed=[reversed_message(points) for points in cancelled.reversed],
        restored=[restored_message(points) for points in cancelled.restored],
        repaid_points=cancelled.repaid_points,
        withheld=values.money_message(cancelled.withheld),
        wallet=_wallet(cancelled.wallet),
        position=values.position_message(cancelled.position),
    )


def order_exchanged(answer: Answer) -> order_requests_pb2.ExchangeOrderResponse:
    """A return and a sale in one."""
    exchanged = cast(ExchangeAnswer, answer)
    return order_requests_pb2.ExchangeOrderResponse(
        return_id=exchanged.return_id,
        order_id=exchanged.order_id,
        reversed=[reversed_message(points) for points in exchanged.reversed],
        restored=[restored_message(points) for points in exchanged.restored],
        earned=[earned_message(earned) for earned in exchanged.earned],
        repaid_points=exchanged.repaid_points,
        withheld=values.money_message(exchanged.withheld),
        wallet=_wallet(exchanged.wallet),
        position=values.position_message(exchanged.position),
    )


def parked_page(page: ParkedPage, next_page_token: str) -> return_requests_pb2.ListParkedReturnsResponse:
    """A page of parked returns."""
    return return_requests_pb2.ListParkedReturnsResponse(
        returns=[posted_return_message(parked) for parked in page.returns], next_page_token=next_page_token
    )


def found_return(found: PostedReturn | Hold) -> return_requests_pb2.GetReturnResponse:
    """A return as it stands now."""
    message = posted_return_message(found) if isinstance(found, PostedReturn) else _announced(found)
    return return_requests_pb2.GetReturnResponse(posted_return=message)


def posted_return_message(posted: PostedReturn) -> return_requests_pb2.PostedReturn:
    """A return that was posted or parked."""
    return return_requests_pb2.PostedReturn(
        return_id=posted.return_id,
        state=_STATES[posted.state],
        member_id="" if is_anonymous(posted.home) else posted.home,
        return_document=return_message(posted.document),
        post_time=values.timestamp(posted.post_time),
        reason=posted.reason,
        awaited_sales=[values.ref_message(ref) for ref in posted.awaited],
        reversed=[reversed_message(points) for points in posted.reversed],
        restored=[restored_message(points) for points in posted.restored],
    )


def _announced(hold: Hold) -> return_requests_pb2.PostedReturn:
    """A return that was only announced. Once it is posted, there is more to tell than its hold."""
    waits = hold.state is HoldState.OPEN
    announced = return_requests_pb2.RETURN_STATE_ANNOUNCED
    message = return_requests_pb2.PostedReturn(
        return_id=hold.hold_id,
        state=announced if waits else return_requests_pb2.RETURN_STATE_CANCELLED,
        member_id="" if is_anonymous(hold.root) else hold.root,
        held_points=hold.points,
        expire_time=values.timestamp(hold.time_out) if waits else None,
    )
    if hold.announced is not None:
        message.return_document.CopyFrom(return_message(hold.announced))
    return message


def reversed_message(points: ReversedPoints) -> order_pb2.ReversedPoints:
    """What one accrual lost."""
    return order_pb2.ReversedPoints(
        accrual_id=points.accrual_id,
        sale_line=order_pb2.SaleLineRef(order=values.ref_message(points.sale), line_number=points.sale_line),
        brand_id=points.brand,
        rule_id=points.rule_id,
        reversed=points.reversed,
        reversed_so_far=points.so_far,
        granted=points.granted,
    )


def restored_message(points: RestoredPoints) -> authorization_pb2.RestoredPoints:
    """What of a redemption was given back."""
    return authorization_pb2.RestoredPoints(
        redemption_id=points.redemption_id, points=points.points, value=values.money_message(points.value)
    )


def _wallet(view: WalletView) -> wallet_pb2.Wallet | None:
    """The wallet after it; a sale that is nobody's has none to show."""
    return None if is_anonymous(view.root) else values.wallet_message(view)
