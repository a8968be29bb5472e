"""Paying for a sale with points: authorizations captured in its own commit, and redemptions made before
(docs/DOMAIN.md §5)."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.values.money import Money
from chassis.values.splits import largest_remainder
from ledger_service.domain import refusals
from ledger_service.domain.apply.bill import Bill, LinePoints
from ledger_service.domain.apply.capture import capture_of, captured
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.spending import walked
from ledger_service.domain.commands import OrderPart, Tender
from ledger_service.domain.redemption import Redemption, RedemptionPiece, tender_redemption_id_of


def pay(draft: Draft, part: OrderPart) -> tuple[Redemption, ...]:
    """Captures or attaches what pays for a sale, in order of its tenders, and repays the debt that lay hidden under
    their holds. Together they are worth no more than the sale, and on each line no more than the line."""
    bill = Bill(part.document)
    paid: list[Redemption] = []
    for tender in part.tenders:
        if tender.authorization_id:
            redemption = _captured(draft, part, tender, bill)
        else:
            redemption = _attached(draft, part, tender, bill)
        bill.lay(tender.authorization_id or tender.redemption_id, redemption)
        paid.append(redemption)
    if paid:
        repay_debts(draft)
    return tuple(paid)


def _captured(draft: Draft, part: OrderPart, tender: Tender, bill: Bill) -> Redemption:
    tender_id, hold = tender.authorization_id, draft.hold(tender.authorization_id)
    # What was agreed elsewhere is told from what never was by nobody: who posts here need not see that place.
    if hold is None or hold.spending is None or hold.spending.location_id != part.document.location_id:
        raise refusals.tender_not_attachable(tender_id, "it is no authorization of this member here")
    capture = capture_of(draft, tender_id, tender.points)
    here = capture.spending.terms.here
    value = Money(here.rate.currency, capture.value)
    bill.check(tender_id, value)
    lines = bill.split(tender_id, tender, here.brand, capture.points, value)
    redemption_id = tender_redemption_id_of(part.order_id, tender_id)
    redemption, _ = captured(draft, capture, redemption_id, lines, tender.release_rest, part.order_id)
    return redemption


def _attached(draft: Draft, part: OrderPart, tender: Tender, bill: Bill) -> Redemption:
    tender_id, redemption = tender.redemption_id, draft.redemption(tender.redemption_id)
    if redemption is None or redemption.location_id != part.document.location_id:
        raise refusals.tender_not_attachable(tender_id, "it is no redemption of this member here")
    if redemption.order_id:
        raise refusals.tender_not_attachable(tender_id, "it pays for an order already")
    if redemption.restored_points:
        raise refusals.tender_not_attachable(tender_id, "points of it were given back")
    bill.check(tender_id, redemption.value)
    lines = bill.split(tender_id, tender, redemption.brand, redemption.points, redemption.value)
    attached = replace(redemption, order_id=part.order_id, pieces=_split(redemption.pieces, lines))
    draft.put_redemption(attached)
    return attached


def _split(pieces: Sequence[RedemptionPiece], lines: Sequence[LinePoints]) -> tuple[RedemptionPiece, ...]:
    """Pieces split again over lines: walked side by side; what a movement is worth over its parts by largest
    remainder, so that no movement changes."""
    parts = [
        (number, piece, points)
        for number, taken in walked(lines, [(piece, piece.points) for piece in pieces])
        for piece, points in taken
    ]
    split: list[RedemptionPiece] = []
    for piece in pieces:
        mine = [(number, points) for number, one, points in parts if one is piece]
        values = largest_remainder(piece.value, [points for _, points in mine])
        split += [
            replace(piece, line_number=number, points=points, value=value)
            for (number, points), value in zip(mine, values, strict=True)
        ]
    return tuple(split)
