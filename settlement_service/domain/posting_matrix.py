"""The posting matrix, as data: which account is debited and which is credited, per treatment and role.

Every amount of a movement meets one cell. An opposite amount swaps the sides, so what undoes a movement is booked by
the cells of what it undoes. Two sides stand for an account that depends on the amount:

- POINTS: the liability part goes to `points_liability`, the receivable part to `member_receivable`.
- DIFFERENCE: `settlement_gain_loss` where carrying value and price are in one currency, else `fx_clearing`. Carrying
  value and price of one movement meet there, so that only their difference stays.

`MATRIX` holds for all policies; `RESERVE_CELLS` and `BEARING` are what the policies RESERVE and NONE add to it.
docs/reference/posting_matrix.md is made from these tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from settlement_service.domain.accounts import Account, PointAccount
from settlement_service.domain.event import Kind, Movement


class Role(StrEnum):
    """What an entity is to a movement, and thereby which amount it books."""

    FUNDER = "funder"
    DEBTOR = "debtor"
    CREDITOR = "creditor"
    OWN = "own"
    CONTRIBUTOR = "contributor"
    HOLDER = "reserve, of contributions"
    PASSER = "reserve, of prices"
    BEARER = "bearer"


BASIS: Mapping[Role, str] = MappingProxyType({
    Role.FUNDER: "change of the carrying value of its share",
    Role.DEBTOR: "amount of the obligation",
    Role.CREDITOR: "amount of the obligation",
    Role.OWN: "price less the obligations: what an entity would owe itself",
    Role.CONTRIBUTOR: "change of the part above zero of the carrying value of its share",
    Role.HOLDER: "change of the part above zero of the carrying value of a funder's share",
    Role.PASSER: "amount of the obligation, or price of the redeemer's own share",
    Role.BEARER: "a funder's share of the value to the shopper, by largest remainder",
})  # fmt: skip


class Symbol(StrEnum):
    """A side of a cell whose account depends on the amount."""

    POINTS = "points"
    DIFFERENCE = "difference"


Side = Account | Symbol


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair of sides."""

    debit: Side
    credit: Side


class Treatment(StrEnum):
    """How a movement is booked: its kind, and for a repayment's payer its cause."""

    EARNED = "earned"
    IMPORTED = "imported"
    TRANSFERRED_IN = "transferred_in"
    TRANSFERRED_OUT = "transferred_out"
    REDEEMED = "redeemed or restored"
    PAYING = "redeemed or restored, cause repayment"
    REPAID = "repaid"
    REVERSED = "reversed"
    WITHDRAWN = "reversed, cause import"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"
    MADE_GOOD = "adjusted, paid from a refund"
    NONE = "held, unheld or rescheduled"


_BY_KIND: Mapping[Kind, Treatment] = MappingProxyType({
    Kind.EARNED: Treatment.EARNED,
    Kind.IMPORTED: Treatment.IMPORTED,
    Kind.TRANSFERRED_IN: Treatment.TRANSFERRED_IN,
    Kind.HELD: Treatment.NONE,
    Kind.UNHELD: Treatment.NONE,
    Kind.REDEEMED: Treatment.REDEEMED,
    Kind.RESTORED: Treatment.REDEEMED,
    Kind.REVERSED: Treatment.REVERSED,
    Kind.REPAID: Treatment.REPAID,
    Kind.EXPIRED: Treatment.EXPIRED,
    Kind.ADJUSTED: Treatment.ADJUSTED,
    Kind.TRANSFERRED_OUT: Treatment.TRANSFERRED_OUT,
    Kind.RESCHEDULED: Treatment.NONE,
})  # fmt: skip

_POINTS, _DIFFERENCE = Symbol.POINTS, Symbol.DIFFERENCE

MATRIX: Mapping[tuple[Treatment, Role], Cell] = MappingProxyType({
    (Treatment.EARNED, Role.FUNDER): Cell(Account.PROMOTIONAL_EXPENSE, _POINTS),
    (Treatment.IMPORTED, Role.FUNDER): Cell(Account.IMPORT_CLEARING, _POINTS),
    (Treatment.TRANSFERRED_IN, Role.FUNDER): Cell(Account.TRANSFER_CLEARING, _POINTS),
    (Treatment.TRANSFERRED_OUT, Role.FUNDER): Cell(_POINTS, Account.TRANSFER_CLEARING),
    (Treatment.REDEEMED, Role.FUNDER): Cell(_POINTS, _DIFFERENCE),
    (Treatment.REDEEMED, Role.DEBTOR): Cell(_DIFFERENCE, Account.DUE_TO),
    (Treatment.REDEEMED, Role.CREDITOR): Cell(Account.DUE_FROM, Account.REDEMPTION_CLEARING),
    (Treatment.REDEEMED, Role.OWN): Cell(_DIFFERENCE, Account.REDEMPTION_CLEARING),
    (Treatment.PAYING, Role.FUNDER): Cell(_POINTS, _DIFFERENCE),
    (Treatment.PAYING, Role.DEBTOR): Cell(_DIFFERENCE, Account.DUE_TO),
    (Treatment.PAYING, Role.OWN): Cell(_DIFFERENCE, Account.REPAYMENT_CLEARING),
    (Treatment.REPAID, Role.FUNDER): Cell(_DIFFERENCE, _POINTS),
    (Treatment.REPAID, Role.CREDITOR): Cell(Account.DUE_FROM, _DIFFERENCE),
    (Treatment.REPAID, Role.OWN): Cell(Account.REPAYMENT_CLEARING, _DIFFERENCE),
    (Treatment.REVERSED, Role.FUNDER): Cell(_POINTS, Account.PROMOTIONAL_EXPENSE),
    (Treatment.WITHDRAWN, Role.FUNDER): Cell(_POINTS, Account.IMPORT_CLEARING),
    (Treatment.EXPIRED, Role.FUNDER): Cell(_POINTS, Account.BREAKAGE_INCOME),
    (Treatment.ADJUSTED, Role.FUNDER): Cell(Account.ADJUSTMENT_EXPENSE, _POINTS),
    (Treatment.MADE_GOOD, Role.FUNDER): Cell(_DIFFERENCE, _POINTS),
    (Treatment.MADE_GOOD, Role.DEBTOR): Cell(Account.REFUND_CLEARING, Account.DUE_TO),
    (Treatment.MADE_GOOD, Role.CREDITOR): Cell(Account.DUE_FROM, _DIFFERENCE),
    (Treatment.MADE_GOOD, Role.OWN): Cell(Account.REFUND_CLEARING, _DIFFERENCE),
})  # fmt: skip
"""(treatment, role) -> cell. A role without a cell has nothing to book; an amount that meets no cell is a fault."""

RESERVE_CELLS: Mapping[Role, Cell] = MappingProxyType({
    Role.CONTRIBUTOR: Cell(Account.RESERVE_DEPOSIT, Account.DUE_TO),
    Role.HOLDER: Cell(Account.DUE_FROM, Account.RESERVE_HELD),
    Role.PASSER: Cell(Account.DUE_FROM, Account.DUE_TO),
})  # fmt: skip
"""What accruals under RESERVE book besides, whatever the movement is, in the funder's books and in the reserve's. A
debtor's DUE_TO and a creditor's DUE_FROM name the reserve instead of each other."""

BEARING: Mapping[Treatment, Cell] = MappingProxyType({
    Treatment.REDEEMED: Cell(Account.REDEMPTION_EXPENSE, Account.REDEMPTION_CLEARING),
})  # fmt: skip
"""What the redeemer books for each funder of an accrual under NONE."""

POINT_CONTRA: Mapping[Kind, PointAccount] = MappingProxyType({
    Kind.EARNED: PointAccount.EARNED,
    Kind.IMPORTED: PointAccount.IMPORTED,
    Kind.TRANSFERRED_IN: PointAccount.TRANSFERRED,
    Kind.TRANSFERRED_OUT: PointAccount.TRANSFERRED,
    Kind.REDEEMED: PointAccount.REDEEMED,
    Kind.RESTORED: PointAccount.RESTORED,
    Kind.REVERSED: PointAccount.REVERSED,
    Kind.REPAID: PointAccount.REPAID,
    Kind.EXPIRED: PointAccount.EXPIRED,
    Kind.ADJUSTED: PointAccount.ADJUSTED,
})  # fmt: skip
"""What stands against `points_outstanding` (the part of remaining + held above zero) and `points_owed` (below)."""


def treatment_of(movement: Movement) -> Treatment:
    """How `movement` is booked."""
    if movement.made_good:
        return Treatment.MADE_GOOD
    if movement.withdraws:
        return Treatment.WITHDRAWN
    return Treatment.PAYING if movement.repays else _BY_KIND[movement.kind]
