"""What netting and paying book, as the entries of vouchers.

| step | debtor | creditor |
| --- | --- | --- |
| netted | Dr due_to / Cr netting_clearing | Dr netting_clearing / Cr due_from |
| netted in another currency | Dr due_to / Cr fx_clearing, and Dr fx_clearing / Cr netting_clearing | the mirror |
| paid | Dr netting_clearing / Cr cash_clearing | Dr cash_clearing / Cr netting_clearing |
| payment withdrawn | Dr netting_clearing / Cr due_to | Dr due_from / Cr netting_clearing |

What was undone beyond what was owed is cleared with the opposite sign, from the accounts it stands on. An entity's
netting_clearing is its net until its payments are confirmed, and zero then.
"""

from collections import defaultdict
from collections.abc import Iterable

from settlement_service.domain.accounts import Account
from settlement_service.domain.netting.payment_states import PaymentRecord
from settlement_service.domain.netting.proposal import Proposal
from settlement_service.domain.voucher import VoucherEntry, entry_of

_Postings = dict[tuple[str, str], list[tuple[Account, str, int]]]
"""By entity and currency: account, counterparty, amount with debits positive."""


def netting_entries(proposal: Proposal) -> tuple[VoucherEntry, ...]:
    """Clears the lines that were netted; none if they cancel out. Refuses AMOUNT_OUT_OF_RANGE."""
    postings: _Postings = defaultdict(list)
    target = proposal.terms.settlement_currency
    for each in proposal.taken:
        line = each.line
        against = Account.NETTING_CLEARING if target in ("", line.currency) else Account.FX_CLEARING
        _exchange(
            postings,
            line.currency,
            (line.debtor, Account.DUE_TO, line.creditor, against),
            (line.creditor, Account.DUE_FROM, line.debtor, against),
            line.minor_units,
        )
    for settled in proposal.legs():
        if settled.currency != settled.leg.currency:
            leg = settled.leg
            _exchange(
                postings,
                settled.currency,
                (leg.debtor, Account.FX_CLEARING, "", Account.NETTING_CLEARING),
                (leg.creditor, Account.FX_CLEARING, "", Account.NETTING_CLEARING),
                settled.minor_units,
            )
    return _entries(postings)


def payment_entries(payment: PaymentRecord) -> tuple[VoucherEntry, ...]:
    """The money has moved."""
    postings: _Postings = defaultdict(list)
    _exchange(
        postings,
        payment.amount.currency_code,
        (payment.debtor, Account.NETTING_CLEARING, "", Account.CASH_CLEARING),
        (payment.creditor, Account.NETTING_CLEARING, "", Account.CASH_CLEARING),
        payment.amount.minor_units,
    )
    return _entries(postings)


def withdrawal_entries(payment: PaymentRecord) -> tuple[VoucherEntry, ...]:
    """What the payment was to clear is owed again, now by who was to pay it to whom."""
    postings: _Postings = defaultdict(list)
    _exchange(
        postings,
        payment.amount.currency_code,
        (payment.debtor, Account.DUE_TO, payment.creditor, Account.NETTING_CLEARING),
        (payment.creditor, Account.DUE_FROM, payment.debtor, Account.NETTING_CLEARING),
        -payment.amount.minor_units,
    )
    return _entries(postings)


_Side = tuple[str, Account, str, Account]
"""Entity, account, counterparty, the account against it."""


def _exchange(postings: _Postings, currency: str, debtor: _Side, creditor: _Side, amount: int) -> None:
    """Debits the debtor's account and credits the creditor's, each against its other account."""
    for (entity, account, counterparty, against), signed in ((debtor, amount), (creditor, -amount)):
        postings[entity, currency] += [(account, counterparty, signed), (against, "", -signed)]


def _entries(postings: _Postings) -> tuple[VoucherEntry, ...]:
    found: Iterable[VoucherEntry | None] = (
        entry_of(entity, currency, rows) for (entity, currency), rows in sorted(postings.items())
    )
    return tuple(entry for entry in found if entry is not None)
