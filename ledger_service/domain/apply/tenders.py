"""Paying for a sale with points: authorizations captured in its own commit, and redemptions made before
(docs/DOMAIN.md §5)."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.values.splits import largest_remainder
from ledger_service.domain import refusals
from ledger_service.domain.apply.capture import LinePoints, capture_of, captured
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.spending import walked
from ledger_service.domain.commands import OrderPart, Tender
from ledger_service.domain.order import OrderDocument
from ledger_service.domain.redemption import Redemption, RedemptionPiece, tender_redemption_id_of


def pay(draft: Draft, part: OrderPart) -> tuple[Redemption, ...]:
    """Captures or attaches what pays for a sale, in order of its tenders, and repays the debt that lay hidden under
    their holds. Together they are worth no more than the sale: its discount lines are taken off first."""
    due = max(0, sum(line.net for line in part.document.lines))
    paid: list[Redemption] = []
    for tender in part.tenders:
        redemption = (
            _captured(draft, part, tender, due) if tender.authorization_id else _attached(draft, part, tender, due)
        )
        due -= redemption.value.minor_units
        paid.append(redemption)
    if paid:
        repay_debts(draft)
    return tuple(paid)


def _captured(draft: Draft, part: OrderPart, tender: Tender, due: int) -> Redemption:
    tender_id, hold = tender.authorization_id, draft.hold(tender.authorization_id)
    if hold is None or hold.spending is None:
        raise refusals.tender_not_attachable(tender_id, "it is no authorization of this member")
    capture = capture_of(draft, tender_id, tender.points)
    here = capture.spending.terms.here
    _check(part.document, tender_id, capture.spending.location_id, here.rate.currency, capture.value, due)
    lines = _lines(part.document, tender_id, tender, here.brand, capture.points)
    redemption_id = tender_redemption_id_of(part.order_id, tender_id)
    redemption, _ = captured(draft, capture, redemption_id, lines, tender.release_rest, part.order_id)
    return redemption


def _attached(draft: Draft, part: OrderPart, tender: Tender, due: int) -> Redemption:
    tender_id, redemption = tender.redemption_id, draft.redemption(tender.redemption_id)
    if redemption is None:
        raise refusals.tender_not_attachable(tender_id, "it is no redemption of this member")
    if redemption.order_id:
        raise refusals.tender_not_attachable(tender_id, "it pays for an order already")
    if redemption.restored_points:
        raise refusals.tender_not_attachable(tender_id, "points of it were given back")
    value = redemption.value
    _check(part.document, tender_id, redemption.location_id, value.currency_code, value.minor_units, due)
    lines = _lines(part.document, tender_id, tender, redemption.brand, redemption.points)
    attached = replace(redemption, order_id=part.order_id, pieces=_split(redemption.pieces, lines))
    draft.put_redemption(attached)
    return attached


def _check(document: OrderDocument, tender_id: str, location_id: str, currency: str, value: int, due: int) -> None:
    """Refuses what cannot pay for the sale: it was agreed at another place, or is worth more than is due."""
    if location_id != document.location_id:
        raise refusals.tender_not_attachable(tender_id, f"it was made at {location_id}")
    if currency != document.currency:
        raise refusals.tender_not_attachable(tender_id, f"it is worth {currency}, the order is in {document.currency}")
    if value > due:
        raise refusals.tender_not_attachable(tender_id, f"it is worth {value} minor units, {due} are left to pay")


def _lines(document: OrderDocument, tender_id: str, tender: Tender, brand: str, points: int) -> Sequence[LinePoints]:
    """How points split over the lines: as told, else by net amount over the lines of the redeeming brand, else over
    all; by largest remainder, ties to the lowest number."""
    if tender.lines:
        return _told(document, tender_id, tender, points)
    payable = sorted((line for line in document.lines if line.net > 0), key=lambda line: line.line_number)
    lines = [line for line in payable if line.brand == brand] or payable
    parts = largest_remainder(points, [line.net for line in lines])
    return [(line.line_number, part) for line, part in zip(lines, parts, strict=True) if part]


def _told(document: OrderDocument, tender_id: str, tender: Tender, points: int) -> Sequence[LinePoints]:
    lines = sorted((line.line_number, line.points) for line in tender.lines)
    for number, _ in lines:
        line = document.line(number)
        if line is None:
            raise refusals.tender_not_attachable(tender_id, f"the order has no line {number}")
        if line.net < 1:
            raise refusals.tender_not_attachable(tender_id, f"line {number} has nothing to pay")
    told = sum(part for _, part in lines)
    if told != points:
        raise refusals.tender_not_attachable(tender_id, f"its lines take {told} points, not {points}")
    return lines


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
