"""Sales: posted, claimed, exchanged, corrected."""

from dataclasses import dataclass
from datetime import date, datetime

from ledger_service.domain.accrual import AccrualKind, Funder, PointRate
from ledger_service.domain.commands.base import BaseCommand
from ledger_service.domain.commands.origin import DirectoryEntry, SaleLock, Touches
from ledger_service.domain.commands.returns import ReturnPart
from ledger_service.domain.correction import correction_key
from ledger_service.domain.explanation import Breakdown, Judgement
from ledger_service.domain.facts import NOTHING_READ, FactsRead, KeptFacts
from ledger_service.domain.limits import LimitTerm
from ledger_service.domain.order import DocumentRef, OrderDocument, anonymous_home, is_anonymous
from ledger_service.domain.redemption import redemption_key, tender_redemption_id_of


@dataclass(frozen=True, slots=True)
class Award:
    """Points that one rule gives one line. `scope` as `domain.scope` writes it; an `available_time` of ON_EVENT waits
    for ActivatePending. `breakdown` and `explanation` say how the points came about. `untrimmed`: what they were before
    a limit of lines or orders, `trimmed_by`, took some; `limits` are those that the ledger counts them against."""

    line_number: int
    rule_id: str
    rule_version: str
    rule_ordinal: int
    kind: AccrualKind
    offer_id: str
    brand: str
    issuer: str
    funders: tuple[Funder, ...]
    points: int
    liability: PointRate
    available_time: datetime | None
    expire_time: datetime | None
    scope: str = ""
    rolling_months: int = 0
    rolling_days: int = 0
    breakdown: Breakdown | None = None
    explanation: str = ""
    untrimmed: int = 0
    trimmed_by: str = ""
    limits: tuple[LimitTerm, ...] = ()

    @property
    def judgement(self) -> Judgement:
        """What of it is kept to explain it."""
        return Judgement(
            self.line_number, self.rule_id, self.rule_version, self.points, self.breakdown, self.explanation
        )


@dataclass(frozen=True, slots=True)
class TenderLine:
    """Points paid on one line of an order."""

    line_number: int
    points: int


@dataclass(frozen=True, slots=True)
class Tender:
    """Points that pay for an order: an authorization to capture (`points` of it; 0: all it holds), or a redemption
    already made. Exactly one of the ids is set. `lines` is empty where the amounts decide."""

    authorization_id: str
    redemption_id: str
    points: int
    release_rest: bool
    lines: tuple[TenderLine, ...]


@dataclass(frozen=True, slots=True)
class OrderPart:
    """A sale to be posted: its document, what it earns in accrual order, and the points that pay for it. `local_day` is
    its date at its place. `read` is what of the member the rules looked at: if that is not so any more when the sale is
    posted, it is judged again; `kept` is what is kept to judge it again later, None for a sale of nobody's."""

    document_key: bytes
    order_id: str
    document: OrderDocument
    awards: tuple[Award, ...]
    tenders: tuple[Tender, ...] = ()
    local_day: date = date.min
    read: FactsRead = NOTHING_READ
    kept: KeptFacts | None = None

    @property
    def entry(self) -> DirectoryEntry:
        """Its directory entry."""
        return DirectoryEntry(self.document_key, self.document.ref)

    def entries(self, program: str) -> tuple[DirectoryEntry, ...]:
        """Its directory entry, and those of the redemptions that it makes, by which they are found."""
        made = (tender_redemption_id_of(self.order_id, authorization_id) for authorization_id in self.holds)
        return (self.entry, *(DirectoryEntry(redemption_key(program, redemption_id)) for redemption_id in made))

    @property
    def holds(self) -> tuple[str, ...]:
        """The authorizations it captures."""
        return tuple(tender.authorization_id for tender in self.tenders if tender.authorization_id)

    @property
    def redemptions(self) -> tuple[str, ...]:
        """The redemptions it takes as they are."""
        return tuple(tender.redemption_id for tender in self.tenders if tender.redemption_id)


@dataclass(frozen=True, slots=True)
class PostOrder(BaseCommand):
    """Credits a sale's awards to the home, and captures what pays for it. A sale that names nobody earns nothing yet:
    its home is its document's. `time_clamped`: the till's clock ran ahead, the document has our time instead."""

    order: OrderPart
    time_clamped: bool = False

    @property
    def guarded(self) -> bool:
        """Only with tenders does it take points."""
        return bool(self.order.tenders)

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """The sale's, and its redemptions'."""
        return self.order.entries(self.origin.program)

    @property
    def rests_on(self) -> FactsRead:
        """What the sale was judged by."""
        return self.order.read

    @property
    def touches(self) -> Touches:
        """What pays for it."""
        return Touches(holds=self.order.holds, redemptions=self.order.redemptions)


@dataclass(frozen=True, slots=True)
class ClaimOrder(BaseCommand):
    """Credits a sale that named nobody to the home, as of the sale's time."""

    sale_key: bytes
    order: OrderPart
    claim_days: int

    @property
    def locks(self) -> tuple[SaleLock, ...]:
        """The sale, which must still be nobody's."""
        return (SaleLock(self.sale_key, anonymous_home(self.origin.program, self.order.document.ref)),)

    @property
    def rests_on(self) -> FactsRead:
        """What the sale was judged by."""
        return self.order.read

    @property
    def touches(self) -> Touches:
        """The sale."""
        home = anonymous_home(self.origin.program, self.order.document.ref)
        return Touches(sales=((self.order.order_id, home),))


@dataclass(frozen=True, slots=True)
class ExchangeOrder(BaseCommand):
    """A return and a sale at once: both or neither."""

    returned: ReturnPart
    order: OrderPart

    @property
    def guarded(self) -> bool:
        """Only with tenders does it take points."""
        return bool(self.order.tenders)

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """Both documents', and its redemptions'."""
        return (self.returned.entry, *self.order.entries(self.origin.program))

    @property
    def rests_on(self) -> FactsRead:
        """What the sale was judged by."""
        return self.order.read

    @property
    def touches(self) -> Touches:
        """The sales, what was announced of them, and what pays for the new one."""
        back = self.returned
        return Touches(
            sales=back.sale_keys,
            holds=(back.return_id, *self.order.holds),
            redemptions=self.order.redemptions,
        )


@dataclass(frozen=True, slots=True)
class CorrectOrder(BaseCommand):
    """Judges a posted sale again: `awards` are what it should have earned. `document` is set where the sale itself was
    corrected. `correction_id` names the correction, `reason` and `operator_id` tell why and who. `seen` are the
    corrections of the sale as it was judged; `operator` and `region` those of the place of sale. `unfit` says why the
    sale cannot be corrected so (empty if it can): then it was not judged, and is refused once it is seen to be the
    same. `sale_locks` as in PostReturn."""

    correction_id: str
    order_id: str
    sale: DocumentRef
    sale_home: str
    awards: tuple[Award, ...]
    revision: str
    document: OrderDocument | None
    reason: str
    operator_id: str
    seen: tuple[str, ...] = ()
    operator: str = ""
    region: str = ""
    unfit: str = ""
    sale_locks: tuple[SaleLock, ...] = ()

    @property
    def entries(self) -> tuple[DirectoryEntry, ...]:
        """That of the sale's correction, by which its event is found: it may move no points."""
        return (DirectoryEntry(correction_key(self.origin.program, self.order_id, self.correction_id)),)

    @property
    def locks(self) -> tuple[SaleLock, ...]:
        """The sale, if it is nobody's."""
        return self.sale_locks

    @property
    def touches(self) -> Touches:
        """The sale."""
        return Touches(sales=((self.order_id, self.sale_home),))


@dataclass(frozen=True, slots=True)
class PendingTarget:
    """Pending points of a sale, of one of its lines (above 0), or of one accrual of a home."""

    order_id: str
    line_number: int
    accrual_id: str
    home: str

    @property
    def touches(self) -> Touches:
        """The sale or the accrual."""
        if self.accrual_id:
            return Touches(accruals=((self.home, self.accrual_id),))
        return Touches(sales=((self.order_id, self.home),))


@dataclass(frozen=True, slots=True)
class ActivatePending(BaseCommand):
    """Makes pending points spendable."""

    pending_id: str
    target: PendingTarget

    @property
    def touches(self) -> Touches:
        """The target's."""
        return self.target.touches


@dataclass(frozen=True, slots=True)
class CancelPending(BaseCommand):
    """Takes pending points back."""

    pending_id: str
    target: PendingTarget
    reason: str

    @property
    def touches(self) -> Touches:
        """The target's."""
        return self.target.touches


def sale_locks(sales: tuple[tuple[bytes, str], ...]) -> tuple[SaleLock, ...]:
    """Locks for those of (directory key, home) that are nobody's."""
    return tuple(SaleLock(key, home) for key, home in sales if is_anonymous(home))
