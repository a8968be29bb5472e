"""What posted documents come to, to be held against the tills' own totals."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from chassis.values.rounding import round_half_up
from ledger_service.domain.order import (
    DocumentRef,
    OrderLine,
    PostedOrder,
    PostedReturn,
    ReturnBasis,
    ReturnedShare,
    ReturnState,
    order_id_of,
)


class DocumentKind(Enum):
    """What kind of document it is; sales come before returns of the same moment."""

    SALE = 1
    RETURN = 2


@dataclass(frozen=True, slots=True)
class DocumentSpan:
    """Which documents: that happened in [start, end), of one source and location or (empty) of all."""

    source: str
    location_id: str
    start: datetime
    end: datetime


class LineTotal(NamedTuple):
    """What a line comes to, in minor units of the document's currency."""

    line_number: int
    amount: int


@dataclass(frozen=True, slots=True)
class DocumentTotal:
    """A document; `document_id` is the order's or return's id. `carried_out` is false for a return by which nothing
    came back: its lines come to 0; `cancels_sale` says that a return is the cancellation of a sale, named by us."""

    kind: DocumentKind
    ref: DocumentRef
    document_id: str
    location_id: str
    occur_time: datetime
    post_time: datetime
    currency: str
    lines: tuple[LineTotal, ...]
    carried_out: bool = True
    cancels_sale: bool = False

    @property
    def total(self) -> int:
        """Of all lines."""
        return sum(line.amount for line in self.lines)


def total_of_sale(order: PostedOrder) -> DocumentTotal:
    """What was paid for each line of a sale, as it stands."""
    document = order.document
    return DocumentTotal(
        kind=DocumentKind.SALE,
        ref=document.ref,
        document_id=order.order_id,
        location_id=document.location_id,
        occur_time=document.occur_time,
        post_time=order.post_time,
        currency=document.currency,
        lines=tuple(LineTotal(line.line_number, _paid(line)) for line in document.lines),
    )


def total_of_return(
    posted: PostedReturn,
    sales: Mapping[str, PostedOrder],
    others: Callable[[str], PostedReturn | None],
) -> DocumentTotal:
    """What was paid for each line of a return. `sales` are those it names, by id; `others` gives the other returns of
    those sales. What a share comes to is cumulative: half-up of paid · returned / sold with it, less the same without
    it, so that what comes back in parts comes to what was paid."""
    named = {ref: sales.get(order_id_of(posted.program, ref)) for ref in posted.document.sales}
    carried_out = posted.state is ReturnState.POSTED and all(named.values())
    amounts: dict[int, int] = defaultdict(int)
    for sale in named.values() if carried_out else ():
        assert sale is not None
        history = [other for return_id in sale.returns if (other := others(return_id)) is not None]
        for line_number, amount in _amounts(sale, posted.return_id, history):
            amounts[line_number] += amount
    document = posted.document
    currencies = [sale.document.currency for sale in named.values() if sale is not None and carried_out]
    return DocumentTotal(
        kind=DocumentKind.RETURN,
        ref=document.ref,
        document_id=posted.return_id,
        location_id=document.location_id,
        occur_time=document.occur_time,
        post_time=posted.post_time,
        currency=currencies[0] if currencies else "",
        lines=tuple(LineTotal(line.line_number, amounts[line.line_number]) for line in document.lines),
        carried_out=carried_out,
        cancels_sale=document.ref.document_id in [order_id_of(posted.program, ref) for ref in named],
    )


def _amounts(sale: PostedOrder, return_id: str, history: Sequence[PostedReturn]) -> Iterable[LineTotal]:
    """What lines of one return of a sale come to, its returns in order of posting."""
    back: dict[int, int] = defaultdict(int)
    bases: dict[int, ReturnBasis] = {}
    for other in history:
        shares = [(line.line_number, share) for line in other.document.lines for share in line.shares]
        for line_number, share in shares:
            line = _line_of(sale, other.program, share)
            if line is None:
                continue
            # The first return of a line says how it is counted.
            basis = bases.setdefault(line.line_number, share.basis)
            sold, before = _sold(line, basis), back[line.line_number]
            after = sold if share.amount is None else min(sold, before + share.amount)
            back[line.line_number] = after
            if other.return_id == return_id:
                part = _part(line, after, sold) - _part(line, before, sold)
                yield LineTotal(line_number, part)


def _line_of(sale: PostedOrder, program: str, share: ReturnedShare) -> OrderLine | None:
    return sale.document.line(share.sale_line) if order_id_of(program, share.sale) == sale.order_id else None


def _part(line: OrderLine, returned: int, sold: int) -> int:
    return round_half_up(_paid(line) * returned, sold) if sold else 0


def _sold(line: OrderLine, basis: ReturnBasis) -> int:
    if basis is ReturnBasis.QUANTITY:
        return line.quantity
    return max(line.net, 0) if basis is ReturnBasis.AMOUNT else 1


def _paid(line: OrderLine) -> int:
    return line.net if line.paid is None else line.paid
