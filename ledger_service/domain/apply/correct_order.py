"""A posted sale judged again: the differences are booked on its own accruals (docs/DOMAIN.md §6, docs/adr/0025)."""

from collections.abc import Iterable
from dataclasses import replace

from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import CorrectedPoints, CorrectionAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.granting import accrual_of
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.commands import Award, CorrectOrder
from ledger_service.domain.correction import Regrant, recounted, regrant, returned_part, should_grant, unfit
from ledger_service.domain.event import EventType
from ledger_service.domain.explanation import Judgement
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import OrderDocument, PostedOrder, ReturnedLine
from ledger_service.domain.sentences import still_trimmed_text
from ledger_service.domain.sold import corrected_lines

LineReturns = dict[int, ReturnedLine]
"""What has come back of an order's lines, by number; lines without returns are left out."""


def correct_order(draft: Draft, command: CorrectOrder) -> Applied:
    """Moves each accrual to what it should have granted, less what has come back of its line."""
    order = _order(draft, command)
    document = command.document or order.document
    was = _returned(draft, order)
    will = _recount(order, document, was)
    for line in will.values():
        draft.put_returned(line)
    known = draft.order_accruals(command.order_id)
    corrected = _settle(draft, command, order, was, will)
    corrected += _bear(draft, command, order, will)
    draft.limits.tell(term for award in command.awards for term in award.limits)
    draft.judge(_judgements(draft, command, order))
    repaid = repay_debts(draft)
    wallet = draft.close()
    draft.put_order(
        replace(
            order,
            document=document,
            revision=command.revision,
            corrections=(*order.corrections, command.correction_id),
        )
    )
    answer = CorrectionAnswer(
        correction_id=command.correction_id,
        order_id=order.order_id,
        corrected=tuple(sorted(corrected, key=lambda one: (one.line_number, one.rule_id))),
        repaid_points=repaid,
        wallet=wallet,
        position=draft.stamp.position,
    )
    sold = corrected_lines(order.document, document, known, draft.order_accruals(command.order_id))
    return draft.finish(answer, Subject(EventType.ORDER_CORRECTED, command.correction_id, sold_lines=sold))


def _order(draft: Draft, command: CorrectOrder) -> PostedOrder:
    """The sale; refused if it cannot be corrected, or is not any more what it was judged as."""
    order = draft.order(command.order_id)
    if order is None or order.home not in draft.origin.homes or order.corrections != command.seen:
        # Corrected, or claimed by somebody, after it was judged.
        raise refusals.overtaken()
    why = command.unfit or unfit(order)
    if why:
        raise refusals.not_correctable(command.sale, why)
    return order


def _returned(draft: Draft, order: PostedOrder) -> LineReturns:
    numbers = (line.line_number for line in order.document.lines)
    found = (draft.returned((order.program, order.order_id, number)) for number in numbers)
    return {line.line_number: line for line in found if line is not None}


def _recount(order: PostedOrder, document: OrderDocument, was: LineReturns) -> LineReturns:
    will: LineReturns = {}
    for number, known in was.items():
        line = document.line(number)
        counted = recounted(line, known) if line is not None else None
        if counted is None:
            raise refusals.not_correctable(order.document.ref, f"more of line {number} has come back")
        will[number] = counted
    return will


def _settle(
    draft: Draft, command: CorrectOrder, order: PostedOrder, was: LineReturns, will: LineReturns
) -> list[CorrectedPoints]:
    """Corrects the accruals there are; one whose rule does not pay any more loses what stands of it."""
    grants = {(award.line_number, award.rule_id): award.points for award in command.awards}
    corrected: list[CorrectedPoints] = []
    for accrual in draft.order_accruals(command.order_id):
        number = accrual.line_number
        after = should_grant(order, number, accrual.rule_id, grants.get((number, accrual.rule_id), 0))
        change = regrant(accrual, after, was.get(number), will.get(number))
        if change.changes:
            _book(draft, command, change)
            corrected.append(_view(accrual, change.before, change.after, change.points))
    return corrected


def _book(draft: Draft, command: CorrectOrder, change: Regrant) -> None:
    accrual = replace(change.accrual, corrected=change.after - change.accrual.granted, shift=change.shift)
    draft.put_accrual(accrual)
    if change.points == 0:
        return
    draft.move(
        accrual, MovementKind.ADJUSTED, change.points, Cause.CORRECTION, command.correction_id, accrual.line_number
    )
    after = draft.latest(accrual)
    if change.points > 0 and after.remaining > 0 and draft.has_lapsed(after):
        draft.expire(after)


def _bear(draft: Draft, command: CorrectOrder, order: PostedOrder, will: LineReturns) -> list[CorrectedPoints]:
    """Lets awards that have no accrual yet become one, with what has not come back of their line."""
    known = {(accrual.line_number, accrual.rule_id) for accrual in draft.order_accruals(command.order_id)}
    corrected: list[CorrectedPoints] = []
    for award in command.awards:
        points = should_grant(order, award.line_number, award.rule_id, award.points)
        gone = returned_part(points, will.get(award.line_number))
        if (award.line_number, award.rule_id) in known or points == gone:
            continue
        accrual = _late(draft, command, order, award, points, gone)
        draft.bear(accrual, command.correction_id, cause=Cause.CORRECTION)
        corrected.append(_view(accrual, 0, points, accrual.granted))
    return corrected


def _judgements(draft: Draft, command: CorrectOrder, order: PostedOrder) -> Iterable[Judgement]:
    """Why the awards are what they are, also of accruals that stay as they were; and that rules which had given
    something do not pay."""
    for award in command.awards:
        points = should_grant(order, award.line_number, award.rule_id, award.points)
        told = f"{award.explanation} {still_trimmed_text(award.points, points)}".lstrip()
        judgement = award.judgement
        yield judgement if points == award.points else judgement._replace(sentence=told)
    paying = {(award.line_number, award.rule_id) for award in command.awards}
    for accrual in draft.order_accruals(command.order_id):
        if (accrual.line_number, accrual.rule_id) not in paying:
            yield Judgement(accrual.line_number, accrual.rule_id, "", 0, None, "")


def _late(draft: Draft, command: CorrectOrder, order: PostedOrder, award: Award, points: int, gone: int) -> Accrual:
    """The accrual of `points` that the sale should have earned, with the sale's place and time. `gone` of them have
    come back: `corrected` and `shift` say so, so that later returns count on."""
    document = order.document
    accrual = accrual_of(draft.origin, command.order_id, award, document.occur_time, points - gone)
    return replace(
        accrual,
        revision=command.revision,
        location_id=document.location_id,
        operator=command.operator,
        region=command.region,
        channel=document.channel,
        corrected=gone,
        shift=gone,
    )


def _view(accrual: Accrual, before: int, after: int, points: int) -> CorrectedPoints:
    return CorrectedPoints(
        accrual_id=accrual.accrual_id,
        line_number=accrual.line_number,
        brand=accrual.brand,
        rule_id=accrual.rule_id,
        granted_before=before,
        granted_after=after,
        points=points,
    )
