"""Announced returns: what remains of the accruals of goods on their way back is held until they come (DOMAIN.md §6)."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from ledger_service.domain import refusals
from ledger_service.domain.answers import AnnouncedAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.reversal import carry_out
from ledger_service.domain.commands import OpenReturn, ReturnPart
from ledger_service.domain.event import EventType
from ledger_service.domain.hold import HeldPart, Hold, HoldKind, HoldState
from ledger_service.domain.order import OrderState, PostedOrder


def open_return(draft: Draft, command: OpenReturn) -> Applied:
    """Holds of each accrual of the announced lines what their return would take back, as far as it remains."""
    part = command.returned
    posted = draft.posted_return(part.return_id)
    if posted is not None:
        raise refusals.return_ended(part.return_id, posted.state.name)
    hold = Hold(
        program=part.program,
        hold_id=part.return_id,
        root=draft.origin.wallet.member,
        kind=HoldKind.RETURN,
        state=HoldState.OPEN,
        time_out=draft.post_time + timedelta(days=part.policy.announced_days),
        parts=_held(draft, part),
        announced=part.document,
    )
    draft.put_hold(hold)
    answer = AnnouncedAnswer(
        return_id=part.return_id,
        held_points=hold.points,
        expire_time=hold.time_out,
        wallet=draft.close(),
        position=draft.stamp.position,
    )
    return draft.finish(answer, Subject(EventType.RETURN_OPENED, part.return_id))


def _held(draft: Draft, part: ReturnPart) -> tuple[HeldPart, ...]:
    """Sets aside what the return would take back now: it is tried and undone. No more than remains is held."""
    before = draft.savepoint()
    begin_return(draft, part)
    announced: dict[str, int] = defaultdict(int)
    for taken in carry_out(draft, part).reversed:
        announced[taken.accrual_id] += taken.reversed
    draft.roll_back(before)
    held: list[HeldPart] = []
    for accrual_id, points in announced.items():
        accrual = draft.accrual(accrual_id)
        if accrual is not None and (points := min(points, accrual.remaining)) > 0:
            held.append(draft.hold_points(accrual, points, part.return_id, HoldKind.RETURN))
    return tuple(held)


def begin_return(draft: Draft, part: ReturnPart) -> None:
    """Clears what was announced of a return that is carried out now, and notes it with its sales."""
    end_announced(draft, part.return_id, HoldState.CLEARED)
    for order in _sales(draft, part):
        draft.put_order(replace(order, returns=(*order.returns, part.return_id)))


def _sales(draft: Draft, part: ReturnPart) -> list[PostedOrder]:
    """The sales of a return; of a cancelled one nothing is left, however it is counted."""
    found = [order for order_id, _ in part.sale_keys if (order := draft.order(order_id)) is not None]
    for order in found:
        if order.state is OrderState.CANCELLED:
            raise refusals.nothing_returnable(order.document.ref)
    return found


def end_announced(draft: Draft, return_id: str, state: HoldState) -> None:
    """Frees what is still held for an announced return of this wallet, if it was announced."""
    hold = draft.announced(return_id)
    if hold is not None and hold.state is HoldState.OPEN:
        draft.end_hold(hold, state)
