"""What each command does to a wallet, recomputed by hand from what was asked: rates, returns, holds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from google.protobuf.message import Message
from loyalty.ledger.v1 import return_requests_pb2
from loyalty.ledger.v1.order_pb2 import Return
from loyalty.type.v1 import order_pb2

# Points for a dollar; activewear brings twice that again as a bonus of its own.
RATES = {"NORTH": 1, "HARBOR": 2, "LINDEN": 1, "PEAK": 1}
BONUS = {"activewear": 2}

OrderKey = tuple[str, str]
Line = tuple[str, str, int]


class Effect(NamedTuple):
    """What a command changes: points in all, points held; what it takes from those that can be spent."""

    balance: int = 0
    held: int = 0
    spent: int = 0


@dataclass(slots=True)
class Effects:
    """Feed it with the commands that were carried out, each client's in their order. `wrong` are answers that tell
    other points than are right."""

    wrong: list[str] = field(default_factory=list)
    _granted: dict[Line, tuple[int, list[int]]] = field(default_factory=dict)
    _returned: Counter[Line] = field(default_factory=Counter)
    _lines: dict[OrderKey, list[Line]] = field(default_factory=lambda: defaultdict(list))
    _tendered: Counter[OrderKey] = field(default_factory=Counter)
    _parked: dict[OrderKey, list[Return]] = field(default_factory=lambda: defaultdict(list))
    _held: Counter[str] = field(default_factory=Counter)
    _redeemed: Counter[str] = field(default_factory=Counter)

    def of(self, request: Message, answer: Message) -> Effect | None:
        """What it did; None for what moves no member's wallet."""
        made = _EFFECTS.get(type(request).__name__.removesuffix("Request"))
        return made(self, request, answer) if made else None

    # --- selling

    def _order(self, request: Any, answer: Any) -> Effect | None:
        earned = self._sold(request.order)
        if request.anonymous:
            return None
        self._told("earned", request, earned, answer.earned_points)
        key = (request.order.source, request.order.document_id)
        spent, freed = self._paid(request.tenders)
        self._tendered[key] += spent
        back = sum(self._taken_back(document) for document in self._parked.pop(key, []))
        return Effect(earned - spent - back, -spent - freed)

    def _sold(self, order: order_pb2.Order) -> int:
        key, earned = (order.source, order.document_id), 0
        for line in order.lines:
            base = Fraction(line.net_minor_units * RATES[line.brand_id], 100)
            parts = [floor(base), *(floor(base * BONUS[category]) for category in line.category_ids)]
            self._granted[*key, line.line_number] = (line.quantity, parts)
            self._lines[key].append((*key, line.line_number))
            earned += sum(parts)
        return earned

    def _paid(self, tenders: Iterable[Any]) -> tuple[int, int]:
        """Points spent by authorizations, and points freed beside them."""
        spent = freed = 0
        for tender in tenders:
            held = self._held.pop(tender.authorization_id)
            points = tender.points or held
            spent, freed = spent + points, freed + held - points
        return spent, freed

    def _claim(self, request: Any, answer: Any) -> Effect:
        key = (request.order.source, request.order.document_id)
        earned = sum(sum(self._granted[line][1]) for line in self._lines[key])
        self._told("earned", request, earned, answer.earned_points)
        return Effect(earned)

    # --- returning

    def _return(self, request: Any, answer: Any) -> Effect:
        document = request.return_document
        if answer.state == return_requests_pb2.RETURN_STATE_PARKED:
            sale = document.lines[0].sale_lines[0].sale_line.order
            self._parked[sale.source, sale.document_id].append(document)
            return Effect()
        taken = self._taken_back(document)
        self._told("reversed", request, taken, answer.reversed_points)
        return Effect(-taken)

    def _exchange(self, request: Any, answer: Any) -> Effect:
        taken, earned = self._taken_back(request.return_document), self._sold(request.order)
        self._told("reversed", request, taken, sum(one.reversed for one in answer.reversed))
        self._told("earned", request, earned, sum(one.granted for one in answer.earned))
        return Effect(earned - taken)

    def _cancel(self, request: Any, answer: Any) -> Effect:
        key = (request.order.source, request.order.document_id)
        left = sum(self._take(line, self._granted[line][0] - self._returned[line]) for line in self._lines[key])
        restored = self._tendered.pop(key, 0)
        self._told("reversed", request, left, sum(one.reversed for one in answer.reversed))
        self._told("restored", request, restored, sum(one.points for one in answer.restored))
        return Effect(restored - left)

    def _taken_back(self, document: Return) -> int:
        shares = [share for line in document.lines for share in line.sale_lines]
        return sum(
            self._take(
                (share.sale_line.order.source, share.sale_line.order.document_id, share.sale_line.line_number),
                share.quantity,
            )
            for share in shares
        )

    def _take(self, line: Line, pieces: int) -> int:
        sold, parts = self._granted[line]
        before, after = self._returned[line], self._returned[line] + pieces
        self._returned[line] = after
        return sum(_half_up(part * after, sold) - _half_up(part * before, sold) for part in parts)

    # --- spending

    def _redeem(self, request: Any, answer: Any) -> Effect:
        self._told("redeemed", request, request.points, answer.redemption.points)
        self._redeemed[request.request_id] = request.points
        return Effect(-request.points, spent=request.points)

    def _authorize(self, request: Any, answer: Any) -> Effect:
        self._held[answer.authorization.authorization_id] = request.points
        return Effect(held=request.points, spent=request.points)

    def _increase(self, request: Any, answer: Any) -> Effect:
        self._held[request.authorization_id] += request.points
        self._told("held", request, self._held[request.authorization_id], answer.authorization.held_points)
        return Effect(held=request.points, spent=request.points)

    def _capture(self, request: Any, answer: Any) -> Effect:
        held = self._held[request.authorization_id]
        points = request.points or held
        left = 0 if request.release_rest else held - points
        self._held[request.authorization_id] = left
        self._told("captured", request, points, answer.redemption.points)
        self._told("held", request, left, answer.authorization.held_points)
        return Effect(-points, left - held)

    def _void(self, _request: Any, answer: Any) -> Effect:
        return Effect(held=-self._held.pop(answer.authorization.authorization_id, 0))

    def _restore(self, request: Any, answer: Any) -> Effect:
        points = request.points or self._redeemed[request.original_request_id]
        self._told("restored", request, points, answer.restored.points)
        return Effect(points)

    # --- what people decide

    def _adjust(self, request: Any, _answer: Any) -> Effect:
        return Effect(request.adjustment.points)

    def _transfer(self, request: Any, answer: Any) -> Effect:
        self._told("sent", request, request.points, answer.points)
        return Effect(-request.points, spent=request.points)

    def _told(self, what: str, request: Any, right: int, told: int) -> None:
        if right != told:
            self.wrong.append(f"{request.request_id}: {right} is right, {told} was told ({what})")


_EFFECTS: Mapping[str, Callable[[Effects, Any, Any], Effect | None]] = {
    "PostOrder": Effects._order,
    "ClaimOrder": Effects._claim,
    "PostReturn": Effects._return,
    "ExchangeOrder": Effects._exchange,
    "CancelOrder": Effects._cancel,
    "RedeemPoints": Effects._redeem,
    "AuthorizeRedemption": Effects._authorize,
    "IncreaseHold": Effects._increase,
    "CaptureRedemption": Effects._capture,
    "VoidRedemption": Effects._void,
    "RestoreRedemption": Effects._restore,
    "AdjustPoints": Effects._adjust,
    "TransferPoints": Effects._transfer,
}


def _half_up(numerator: int, denominator: int) -> int:
    return floor(Fraction(numerator, denominator) + Fraction(1, 2))
