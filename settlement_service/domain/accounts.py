"""The chart of accounts every entity keeps."""

from enum import Enum


class Account(Enum):
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
}
