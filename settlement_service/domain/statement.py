"""The books of one entity over one period, as its finance people sign them.

Balances are signed, debits above zero. Points of roll-forwards are positive, as GetBrandBooks has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.values.money import Money
from settlement_service.domain.books import Vector
from settlement_service.domain.periods import Stage
from settlement_service.domain.program_facts import EntityFacts


@dataclass(frozen=True, slots=True)
class PeriodHead:
    """A period. `name` is empty while it is open: its barrier will name it. `cut` has the barriers booked so far; what
    signing adds is empty before."""

    sequence: int
    name: str
    stage: Stage
    cut: Mapping[int, int]
    figures_hash: bytes = b""
    signed_name: str = ""
    close_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """Whose statement, of what, and how far the books had come."""

    program: str
    program_name: str
    point_name: str
    revision: str
    entity: EntityFacts
    period: PeriodHead
    up_to: Vector


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line of the trial balance; `currency` empty: points."""

    account: str
    code: str
    name: str
    currency: str
    counterparty: str
    opening: int
    closing: int
    figure: str

    @property
    def change(self) -> int:
        """Debits of the period less its credits."""
        return self.closing - self.opening


@dataclass(frozen=True, slots=True)
class Intercompany:
    """What stands between the entity and one other: opening + claims − debts + netted = open. `paid` stands beside it:
    payments settle nets, which may bundle positions with several others."""

    counterparty: str
    currency: str
    opening: int
    claims: int
    debts: int
    netted: int
    paid: int
    open: int
    claims_figure: str
    debts_figure: str


@dataclass(frozen=True, slots=True)
class BrandLine:
    """A line of a roll-forward; `figure` is of the period for flows, as of the period for `closing` and `receivable`,
    and as of the period before for `opening`."""

    measure: str
    title: str
    points: int
    figure: str


@dataclass(frozen=True, slots=True)
class BrandStatement:
    """Roll-forward of a brand over the period, and what the closing stands for."""

    brand: str
    name: str
    lines: tuple[BrandLine, ...]
    liability: tuple[Money, ...]
    receivable: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Funding:
    """What a funder paid for a brand's points in the period."""

    brand: str
    funder: str
    amount: Money
    figure: str


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """A voucher with entries in the entity's books; `debits` by currency."""

    voucher_id: str
    number: str
    kind: str
    reason: str
    signed_name: str
    post_time: datetime
    debits: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Disputed:
    """A line in dispute; parties and amount are empty until a netting has named it."""

    line_id: str
    dispute_id: str
    debtor: str
    creditor: str
    amount: Money | None
    reason: str
    signed_name: str


@dataclass(frozen=True, slots=True)
class Statement:
    """All of it."""

    header: Header
    accounts: tuple[AccountLine, ...]
    intercompany: tuple[Intercompany, ...]
    brands: tuple[BrandStatement, ...]
    funding: tuple[Funding, ...]
    vouchers: tuple[VoucherLine, ...]
    cut_off_events: int
    disputed: tuple[Disputed, ...]
