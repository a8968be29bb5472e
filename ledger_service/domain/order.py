"""Sales and returns as documents, and what of a sale's lines has come back."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from chassis.values.ids import made_id
from chassis.values.money import Money
from ledger_service.domain.facts import KeptFacts
from ledger_service.domain.policies import ReturnPolicy

ANONYMOUS = "anon"
"""Prefix of the homes of sales that named nobody; identity gives no member an id that begins so."""


class OrderState(Enum):
    """Where an order stands."""

    ACCEPTED = "accepted"
    EVALUATED = "evaluated"
    CLAIMABLE = "claimable"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class ReturnBasis(Enum):
    """How returns of a line are counted; fixed by the first."""

    QUANTITY = "quantity"
    AMOUNT = "amount"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """Names a document of a till or order system."""

    source: str
    document_id: str
    fulfilment_id: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured amount in thousandths of `unit`."""

    unit: str
    milli_units: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Money paid by one means, in minor units of the order's currency, above 0."""

    means: str
    amount: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of a sale; amounts in minor units of the order's currency. `paid` is None where it equals `net`.
    `attributes` are (name, value) by name, each name once."""

    line_number: int
    brand: str
    sku: str
    categories: tuple[str, ...]
    quantity: int
    measure: Measure | None
    net: int
    paid: int | None
    discount_line: bool
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OrderDocument:
    """A sale as the till or order system knows it; lines by number, payments by means, each once."""

    ref: DocumentRef
    location_id: str
    channel: str
    occur_time: datetime
    currency: str
    total: int
    lines: tuple[OrderLine, ...]
    payments: tuple[Payment, ...] = ()

    @property
    def brands(self) -> frozenset[str]:
        """The brands of its lines; lines of no brand have none."""
        return frozenset(line.brand for line in self.lines if line.brand)

    def line(self, line_number: int) -> OrderLine | None:
        """The line of that number, if there is one."""
        return next((line for line in self.lines if line.line_number == line_number), None)


class TrimmedGrant(NamedTuple):
    """Points that rules gave a line of a sale and of which limits left fewer: `desired` became `granted`."""

    line_number: int
    rule_id: str
    desired: int
    granted: int


@dataclass(frozen=True, slots=True)
class PostedOrder:
    """A sale as the ledger keeps it, under the home of its accruals. `document` has its lines as corrected;
    `redemptions`, `returns` and `corrections` are ids, in order of posting. `local_day` is its date at its place
    (date.min: it was posted before that was kept, and counts for no standing), `facts` what rules were told of the
    member; None: nothing. `trimmed` is what limits took when it was posted."""

    program: str
    order_id: str
    home: str
    state: OrderState
    revision: str
    document: OrderDocument
    post_time: datetime
    redemptions: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    local_day: date = date.min
    facts: KeptFacts | None = None
    trimmed: tuple[TrimmedGrant, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """How much of a sale's line has come back, in the unit that `basis` says; `returned` <= `sold`."""

    program: str
    home: str
    order_id: str
    line_number: int
    basis: ReturnBasis
    returned: int
    sold: int


@dataclass(frozen=True, slots=True)
class ReturnedShare:
    """How much of one line of a sale comes back: a number of pieces, an amount, or all that is left (None)."""

    sale: DocumentRef
    sale_line: int
    basis: ReturnBasis
    amount: int | None


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One line of a return and the sale lines it takes from."""

    line_number: int
    shares: tuple[ReturnedShare, ...]


@dataclass(frozen=True, slots=True)
class ReturnDocument:
    """Goods brought back, as the place that took them knows it; lines by number."""

    ref: DocumentRef
    location_id: str
    channel: str
    occur_time: datetime
    lines: tuple[ReturnLine, ...]

    @property
    def sales(self) -> tuple[DocumentRef, ...]:
        """The sales it names, each once, in order of first mention."""
        return tuple(dict.fromkeys(share.sale for line in self.lines for share in line.shares))


@dataclass(frozen=True, slots=True)
class ReversedPoints:
    """What one accrual lost to a return; `so_far` includes earlier returns, `granted` what corrections added."""

    accrual_id: str
    sale: DocumentRef
    sale_line: int
    brand: str
    rule_id: str
    reversed: int
    so_far: int
    granted: int


@dataclass(frozen=True, slots=True)
class RestoredPoints:
    """Points of a redemption that were given back, and what they are worth."""

    redemption_id: str
    points: int
    value: Money


class ReturnState(Enum):
    """Where a return stands; announced returns are holds (`domain.hold`) until they are posted or cancelled."""

    POSTED = "posted"
    PARKED = "parked"
    REFUSED = "refused"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class PostedReturn:
    """A return as the ledger keeps it. `awaited`: the sales a parked one waits for. `reason`: why it was refused, or
    what a person wrote when rejecting it or cancelling the sale. `resolved_by`: who ended its waiting. `park_time` is
    set if it was ever parked, and so are `policy` and `place_entity`: what it is to be carried out by."""

    program: str
    return_id: str
    home: str
    document: ReturnDocument
    post_time: datetime
    state: ReturnState = ReturnState.POSTED
    awaited: tuple[DocumentRef, ...] = ()
    reason: str = ""
    resolved_by: str = ""
    park_time: datetime | None = None
    policy: ReturnPolicy | None = None
    place_entity: str = ""
    reversed: tuple[ReversedPoints, ...] = ()
    restored: tuple[RestoredPoints, ...] = ()


@dataclass(frozen=True, slots=True)
class SaleHome:
    """A sale and the home under which it was posted."""

    sale: DocumentRef
    home: str


SaleHomes = tuple[SaleHome, ...]


def order_id_of(program: str, ref: DocumentRef) -> str:
    """The id of a sale, made from its document."""
    return made_id("ord", program, ref.source, ref.document_id, ref.fulfilment_id)


def return_id_of(program: str, ref: DocumentRef) -> str:
    """The id of a return, made from its document."""
    return made_id("ret", program, ref.source, ref.document_id, ref.fulfilment_id)


def anonymous_home(program: str, ref: DocumentRef) -> str:
    """The home of a sale that named nobody, made from its document."""
    return made_id(ANONYMOUS, program, ref.source, ref.document_id, ref.fulfilment_id)


def is_anonymous(home: str) -> bool:
    """True if no member but a document is behind a home."""
    return home.startswith(f"{ANONYMOUS}_")
