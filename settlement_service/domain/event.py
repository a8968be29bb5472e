"""One event of the ledger's log, as far as the books need it. Frozen facts; nothing here is decided by settlement."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chassis.values.money import Money
from chassis.values.rounding import ZERO, Ratio
from settlement_service.domain.program_facts import SettlementPolicy

PERIOD_CUT = "PERIOD_CUT"
"""The type of the event that ends a period in its partition; its subject is the period, such as `2026-10`."""


class Unbookable(Exception):  # noqa: N818  a fact about an event, not a fault of ours
    """An event that the books cannot take as it is. The message names the event's place and what is wrong."""


def month_of(moment: datetime) -> str:
    """The month of an instant in UTC, such as `2026-10`."""
    return f"{moment.year:04}-{moment.month:02}"


class Kind(StrEnum):
    """What a movement does to its accrual (docs/DOMAIN.md §2)."""

    EARNED = "EARNED"
    IMPORTED = "IMPORTED"
    TRANSFERRED_IN = "TRANSFERRED_IN"
    HELD = "HELD"
    UNHELD = "UNHELD"
    REDEEMED = "REDEEMED"
    RESTORED = "RESTORED"
    REVERSED = "REVERSED"
    REPAID = "REPAID"
    EXPIRED = "EXPIRED"
    ADJUSTED = "ADJUSTED"
    TRANSFERRED_OUT = "TRANSFERRED_OUT"
    RESCHEDULED = "RESCHEDULED"


class Cause(StrEnum):
    """Why a movement happened."""

    ORDER = "ORDER"
    REDEMPTION = "REDEMPTION"
    RETURN = "RETURN"
    REPAYMENT = "REPAYMENT"
    TIME = "TIME"
    AUTHORIZATION = "AUTHORIZATION"
    CORRECTION = "CORRECTION"
    ADJUSTMENT = "ADJUSTMENT"
    TRANSFER = "TRANSFER"
    PENDING = "PENDING"
    EXTENSION = "EXTENSION"
    IMPORT = "IMPORT"


_ADDS = (Kind.EARNED, Kind.IMPORTED, Kind.TRANSFERRED_IN, Kind.RESTORED, Kind.REPAID, Kind.ADJUSTED)
_TAKES = (Kind.REDEEMED, Kind.REVERSED, Kind.EXPIRED, Kind.TRANSFERRED_OUT)

EFFECT: dict[Kind, int] = dict.fromkeys(_ADDS, 1) | dict.fromkeys(_TAKES, -1)
"""What one point of a movement does to its accrual's outstanding points (remaining + held); absent: nothing."""


class Origin(StrEnum):
    """Where an accrual's points come from."""

    SALE = "SALE"
    IMPORT = "IMPORT"
    GOODWILL = "GOODWILL"


@dataclass(frozen=True, slots=True)
class Obligation:
    """What one entity owes another because of a movement; negative where an earlier obligation is undone."""

    debtor: str
    creditor: str
    amount: Money
    agreement_id: str


@dataclass(frozen=True, slots=True)
class CarryingChange:
    """The change of L(remaining + held) in one funder's books: `liability` is its part above zero, `receivable` its
    part below (a growing debt is negative). Minor units."""

    entity: str
    currency: str
    liability: int
    receivable: int

    @property
    def total(self) -> int:
        """The change of L itself."""
        return self.liability + self.receivable


@dataclass(frozen=True, slots=True)
class Accrual:
    """The frozen facts of the accrual a movement changes. `funders` are (entity, basis points), summing to 10,000;
    `rate` is what a point stands for in their books, minor units of `currency`; `location`, `operator` and `region`
    are where it was earned; `reserve_entity` is set where the policy is RESERVE."""

    accrual_id: str
    brand: str
    issuer: str
    funders: tuple[tuple[str, int], ...]
    currency: str
    order_id: str
    line_number: int
    rule_version: str
    earn_time: datetime
    rule_id: str = ""
    revision: str = ""
    offer_id: str = ""
    rate: Ratio = ZERO
    location: str = ""
    operator: str = ""
    region: str = ""
    origin: Origin = Origin.SALE
    policy: SettlementPolicy = SettlementPolicy.REIMBURSE
    reserve_entity: str = ""

    @property
    def month(self) -> str:
        """The UTC month it was earned in, such as `2026-10`."""
        return month_of(self.earn_time)


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of one accrual. `outstanding_after` is remaining + held after it. `price` is signed like the
    obligations: negative where an earlier price is undone; None means nothing. `value` is what redeemed or restored
    points were worth to the shopper, 0 or more. `place_entity` bears what of the price no obligation says, because it
    funds the accrual too: the redeemer, or who keeps money of a refund. `place_brand` is where redeemed or restored
    points were spent; empty for repayments, and in older events. `line` is the line of the order or redemption behind
    it, 0 if none."""

    home: str
    sequence: int
    kind: Kind
    cause: Cause | None
    cause_id: str
    points: int
    outstanding_after: int
    price: Money | None
    obligations: tuple[Obligation, ...]
    carrying: tuple[CarryingChange, ...]
    accrual: Accrual
    place_entity: str = ""
    value: Money | None = None
    line: int = 0
    place_brand: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """Home and sequence: names the movement within its program."""
        return self.home, self.sequence

    @property
    def place(self) -> str:
        """The same as text, for messages."""
        return f"{self.home}#{self.sequence}"

    @property
    def own_price(self) -> int:
        """The part of the price that no obligation carries: what funders owe themselves. Raises Unbookable if the
        obligations exceed the price or stand in another currency."""
        price = self.price.minor_units if self.price else 0
        owed = 0
        for obligation in self.obligations:
            if self.price is None or obligation.amount.currency_code != self.price.currency_code:
                raise Unbookable(f"movement {self.place}: obligation and price are not in one currency")
            owed += obligation.amount.minor_units
        own = price - owed
        if own * price < 0 or (price == 0 and owed != 0):
            raise Unbookable(f"movement {self.place}: obligations of {owed} exceed the price of {price}")
        return own

    @property
    def outstanding_change(self) -> int:
        """What it does to remaining + held."""
        return EFFECT.get(self.kind, 0) * self.points

    @property
    def debt_change(self) -> int:
        """What it does to the accrual's debt, the part of remaining + held below zero as a positive number."""
        before = self.outstanding_after - self.outstanding_change
        return max(0, -self.outstanding_after) - max(0, -before)

    @property
    def made_good(self) -> bool:
        """True if a refund was reduced for points that had been spent: somebody keeps the money."""
        return self.kind is Kind.ADJUSTED and self.price is not None and self.place_entity != ""

    @property
    def withdraws(self) -> bool:
        """True if points that were taken over go back to the existing program."""
        return self.kind is Kind.REVERSED and self.cause is Cause.IMPORT

    @property
    def repays(self) -> bool:
        """True for the payer's side of a repayment, made or unwound."""
        return self.cause is Cause.REPAYMENT and self.kind in (Kind.REDEEMED, Kind.RESTORED)


@dataclass(frozen=True, slots=True)
class SoldLine:
    """What was paid for a line that earned points; of a correction, by how much that changed."""

    line_number: int
    brand: str
    paid: Money


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log: one applied command with its movements in order. A PERIOD_CUT has none."""

    program: str
    partition: int
    position: int
    event_type: str
    subject_id: str
    revision: str
    location_id: str
    operator: str
    region: str
    channel: str
    brand: str
    redeemer: str
    occur_time: datetime
    post_time: datetime
    hash: bytes
    movements: tuple[Movement, ...]
    sold_lines: tuple[SoldLine, ...] = ()

    @property
    def day(self) -> date:
        """The UTC date of commit."""
        return self.post_time.date()

    @property
    def cuts(self) -> bool:
        """True if a period ends with it."""
        return self.event_type == PERIOD_CUT
