"""The chart of accounts every entity keeps."""

from enum import StrEnum


class Account(StrEnum):
    """An account. Values are what the journal stores and the contract shows."""

    POINTS_LIABILITY = "points_liability"
    MEMBER_RECEIVABLE = "member_receivable"
    DUE_TO = "due_to"
    DUE_FROM = "due_from"
    REDEMPTION_CLEARING = "redemption_clearing"
    REPAYMENT_CLEARING = "repayment_clearing"
    REFUND_CLEARING = "refund_clearing"
    TRANSFER_CLEARING = "transfer_clearing"
    IMPORT_CLEARING = "import_clearing"
    FX_CLEARING = "fx_clearing"
    PROMOTIONAL_EXPENSE = "promotional_expense"
    ADJUSTMENT_EXPENSE = "adjustment_expense"
    BREAKAGE_INCOME = "breakage_income"
    SETTLEMENT_GAIN_LOSS = "settlement_gain_loss"
    RESERVE_DEPOSIT = "reserve_deposit"
    RESERVE_HELD = "reserve_held"
    REDEMPTION_EXPENSE = "redemption_expense"
    NETTING_CLEARING = "netting_clearing"
    CASH_CLEARING = "cash_clearing"
    DIFFERENCE_CLEARING = "difference_clearing"


MEANING: dict[Account, str] = {
    Account.POINTS_LIABILITY: "Liability: what outstanding points stand for, the part of L(r) above zero.",
    Account.MEMBER_RECEIVABLE: "Asset: what points owed by members stand for, the part of L(r) below zero.",
    Account.DUE_TO: "Liability: owed to another entity; kept per counterparty.",
    Account.DUE_FROM: "Asset: owed by another entity; kept per counterparty.",
    Account.REDEMPTION_CLEARING: "Clearing: points taken as payment; the redeemer's sales records clear it.",
    Account.REPAYMENT_CLEARING: "Clearing: a debt repaid from points of the same entity; zero after each event.",
    Account.REFUND_CLEARING: "Clearing: money kept back from refunds; the place's sales records clear it.",
    Account.TRANSFER_CLEARING: "Clearing: points on their way to another member; what stays on arrival is rounding.",
    Account.IMPORT_CLEARING: "Clearing: points taken over from an earlier scheme; its opening balance clears it.",
    Account.FX_CLEARING: "Clearing: the two legs of what is carried in one currency and priced in another.",
    Account.PROMOTIONAL_EXPENSE: "Expense: points given, less points taken back with returned goods.",
    Account.ADJUSTMENT_EXPENSE: "Expense: goodwill and corrections by a person.",
    Account.BREAKAGE_INCOME: "Income: points that lapsed.",
    Account.SETTLEMENT_GAIN_LOSS: "Income or expense: price against carrying value.",
    Account.RESERVE_DEPOSIT: "Asset of a funder: what it paid into the reserve; kept per reserve entity.",
    Account.RESERVE_HELD: "Liability of the reserve entity: what funders paid in; kept per funder.",
    Account.REDEMPTION_EXPENSE: "Expense: points of others redeemed at one's own cost; kept per funder.",
    Account.NETTING_CLEARING: "Clearing: obligations that were netted, until the net is paid; zero afterwards.",
    Account.CASH_CLEARING: "Clearing: money paid and received; the bank statement clears it.",
    Account.DIFFERENCE_CLEARING: "Clearing: differences booked by name until their cause is known.",
}


NOT_BY_HAND = frozenset({Account.REPAYMENT_CLEARING, Account.NETTING_CLEARING})
"""What events and payments alone book and clear: a person's posting would stand there, and no period be closed."""


class PointAccount(StrEnum):
    """An account of the points side. Values are what the journal stores, apart from those of money."""

    OUTSTANDING = "points_outstanding"
    OWED = "points_owed"
    EARNED = "points_earned"
    IMPORTED = "points_imported"
    TRANSFERRED = "points_transferred"
    REDEEMED = "points_redeemed"
    RESTORED = "points_restored"
    REVERSED = "points_reversed"
    REPAID = "points_repaid"
    EXPIRED = "points_expired"
    ADJUSTED = "points_adjusted"


POINT_MEANING: dict[PointAccount, str] = {
    PointAccount.OUTSTANDING: "Credit: points that members can spend now or later, remaining and held above zero.",
    PointAccount.OWED: "Debit: points that members owe, remaining and held below zero.",
    PointAccount.EARNED: "Points given for sales.",
    PointAccount.IMPORTED: "Points taken over from an earlier scheme.",
    PointAccount.TRANSFERRED: "Points on their way between members; zero once they have arrived.",
    PointAccount.REDEEMED: "Points spent, also to repay a debt.",
    PointAccount.RESTORED: "Points given back after being spent.",
    PointAccount.REVERSED: "Points taken back with returned goods, or given back to an earlier scheme.",
    PointAccount.REPAID: "Points of a debt that other points paid, less what of it was unwound.",
    PointAccount.EXPIRED: "Points that lapsed.",
    PointAccount.ADJUSTED: "Points of goodwill and corrections by a person, and of debt made good or written off.",
}
