"""Cancelling a sale: everything that is left of it comes back at once (docs/DOMAIN.md §6)."""

from dataclasses import replace

from ledger_service.domain import refusals
from ledger_service.domain.answers import ReturnAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.reversal import carry_out
from ledger_service.domain.commands import CancelOrder, ReturnPart
from ledger_service.domain.event import EventType
from ledger_service.domain.order import (
    DocumentRef,
    OrderState,
    PostedOrder,
    PostedReturn,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
    SaleHome,
)


def cancel_order(draft: Draft, command: CancelOrder) -> Applied:
    """Takes back what is left of every line, by the basis of its returns, and what paid for it."""
    order = draft.order(command.order_id)
    if order is None:
        raise refusals.order_not_found(command.sale)
    lines = _left(draft, order)
    if order.state is OrderState.CANCELLED or not lines:
        raise refusals.nothing_returnable(command.sale)
    part = _part(draft, command, order, lines)
    draft.put_order(replace(order, state=OrderState.CANCELLED, returns=(*order.returns, part.return_id)))
    reversal = carry_out(draft, part)
    draft.put_return(
        PostedReturn(
            program=part.program,
            return_id=part.return_id,
            home=draft.origin.home,
            document=part.document,
            post_time=draft.post_time,
            reason=command.reason,
            reversed=reversal.reversed,
            restored=reversal.restored,
        )
    )
    answer = ReturnAnswer(
        return_id=part.return_id,
        reversed=reversal.reversed,
        repaid_points=reversal.repaid_points,
        wallet=draft.close(),
        position=draft.stamp.position,
        restored=reversal.restored,
        withheld=reversal.withheld,
        written_off=reversal.written_off,
    )
    return draft.finish(answer, Subject(EventType.ORDER_CANCELLED, command.order_id))


def _left(draft: Draft, order: PostedOrder) -> list[int]:
    """The lines of which something has not come back yet."""
    numbers = [line.line_number for line in order.document.lines]
    known = [draft.returned((order.program, order.order_id, number)) for number in numbers]
    return [number for number, line in zip(numbers, known, strict=True) if line is None or line.returned < line.sold]


def _part(draft: Draft, command: CancelOrder, order: PostedOrder, lines: list[int]) -> ReturnPart:
    """The cancellation as a return. No till numbers its returns by our ids, so its name is its own."""
    origin = draft.origin
    document = ReturnDocument(
        ref=DocumentRef(command.sale.source, order.order_id),
        location_id=origin.location_id,
        channel=origin.channel,
        occur_time=origin.occur_time,
        lines=tuple(ReturnLine(number, (_rest(command.sale, number),)) for number in lines),
    )
    return ReturnPart(
        program=order.program,
        document_key=command.directory_key,
        document=document,
        sales=(SaleHome(command.sale, order.home),),
        policy=command.policy,
        place_entity=command.place_entity,
    )


def _rest(sale: DocumentRef, line_number: int) -> ReturnedShare:
    return ReturnedShare(sale, line_number, ReturnBasis.WHOLE, None)
