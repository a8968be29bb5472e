"""How entities of a program settle with each other, and what their books are called (docs/DOMAIN.md §9)."""

from dataclasses import dataclass
from enum import Enum

from chassis.values.rounding import Ratio

ACCOUNTS = (
    "points_liability",
    "member_receivable",
    "due_to",
    "due_from",
    "redemption_clearing",
    "repayment_clearing",
    "refund_clearing",
    "transfer_clearing",
    "import_clearing",
    "fx_clearing",
    "promotional_expense",
    "adjustment_expense",
    "breakage_income",
    "settlement_gain_loss",
    "reserve_deposit",
    "reserve_held",
    "redemption_expense",
    "netting_clearing",
    "cash_clearing",
    "difference_clearing",
    "points_outstanding",
    "points_owed",
    "points_earned",
    "points_imported",
    "points_transferred",
    "points_redeemed",
    "points_restored",
    "points_reversed",
    "points_repaid",
    "points_expired",
    "points_adjusted",
)
"""The accounts that settlement keeps, those of money and those of points; a contract test holds the two together."""


class SettlementPolicy(Enum):
    """What is owed when points are spent elsewhere; frozen on each accrual at its birth."""

    REIMBURSE = "reimburse"
    RESERVE = "reserve"
    NONE = "none"


class NettingMethod(Enum):
    """How payments clear what entities owe each other: the net of each pair, or of each entity with all others."""

    BILATERAL = "bilateral"
    MULTILATERAL = "multilateral"


@dataclass(frozen=True, slots=True)
class Breakage:
    """The part of a brand's points (empty: of every brand that is not named) expected never to be redeemed, 0 to 1."""

    brand_id: str
    share: Ratio


@dataclass(frozen=True, slots=True)
class AccountName:
    """What an account (one of `ACCOUNTS`) is called: its code, and its name there (empty: the default)."""

    account: str
    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceTax:
    """How invoices between entities are taxed: code as printed, rate 0 to 10,000 basis points, why (may be empty)."""

    code: str
    rate_basis_points: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """`reserve_entity_id` belongs to RESERVE; `voucher_share_of_face` to NONE: the part of face value that funders owe
    redeemers by the voucher at the end of a period (None: no voucher). `settlement_currency` empty: each currency by
    itself. `time_zone` is the calendar that periods follow, IANA. No tax: outside its scope.
    """

    policy: SettlementPolicy = SettlementPolicy.REIMBURSE
    reserve_entity_id: str = ""
    voucher_share_of_face: Ratio | None = None
    netting: NettingMethod = NettingMethod.MULTILATERAL
    settlement_currency: str = ""
    time_zone: str = "UTC"
    breakage: tuple[Breakage, ...] = ()
    accounts: tuple[AccountName, ...] = ()
    invoice_tax: InvoiceTax | None = None


NOTHING_SAID = Settlement()
"""What holds where nothing is said."""
