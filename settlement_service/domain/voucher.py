"""Vouchers: entries that no movement caused, with who answers for them.

A voucher is booked whole. Each of its entries balances in one entity's books and one currency, and what one entity owes
another by it, the other is owed by it: so the positions of all entities go on summing to zero.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from chassis.values.integers import checked
from settlement_service.domain import refusals
from settlement_service.domain.accounts import Account
from settlement_service.domain.entry import Posting


class VoucherKind(Enum):
    """What a voucher is for; each kind has numbers of its own."""

    MONTH_END = "MONTH_END"
    ADJUSTMENT = "ADJUSTMENT"
    DIFFERENCE = "DIFFERENCE"
    NETTING = "NETTING"
    PAYMENT = "PAYMENT"


@dataclass(frozen=True, slots=True)
class VoucherEntry:
    """One entry in one entity's books and one currency; amounts in minor units."""

    entity: str
    currency: str
    postings: tuple[Posting, ...]


@dataclass(frozen=True, slots=True)
class Voucher:
    """What is booked by a person's name or by rule. `subject_id` is the netting, payment, period or difference behind
    it; `document` is what was asked, as canonical JSON. `period_sequence` None: the open period."""

    program: str
    voucher_id: str
    kind: VoucherKind
    reason: str
    caller: str
    signed_name: str
    subject_id: str
    document: str
    post_time: datetime
    entries: tuple[VoucherEntry, ...]
    period_sequence: int | None = None


@dataclass(frozen=True, slots=True)
class BookedVoucher:
    """Where a voucher stands now: its number, such as `ADJUSTMENT-000001`, and its period."""

    voucher_id: str
    number: str
    period_sequence: int


def number_of(kind: VoucherKind, count: int) -> str:
    """The number of the `count`-th voucher of a kind."""
    return f"{kind.value}-{count:06}"


def entry_of(entity: str, currency: str, postings: Iterable[tuple[Account, str, int]]) -> VoucherEntry | None:
    """An entry of (account, counterparty, amount), netted by account and counterparty and in their order; None if
    nothing remains. Refuses AMOUNT_OUT_OF_RANGE."""
    sums: dict[tuple[Account, str], int] = defaultdict(int)
    for account, counterparty, amount in postings:
        sums[account, counterparty] += amount
    ordered = sorted(sums.items(), key=lambda item: (item[0][0].value, item[0][1]))
    kept = tuple(
        Posting(account, counterparty, checked(amount, f"posting to {account.value}"))
        for (account, counterparty), amount in ordered
        if amount != 0
    )
    return VoucherEntry(entity, currency, kept) if kept else None


def require_whole(entries: Iterable[VoucherEntry]) -> None:
    """Refuses VOUCHER_NOT_BALANCED unless every entry balances, every due-to has its due-from, and every
    deposit in a reserve is held there."""
    mirror: dict[tuple[str, str, str], int] = defaultdict(int)
    held: dict[tuple[str, str, str], int] = defaultdict(int)
    count = 0
    for entry in entries:
        count += 1
        _require_balanced(entry)
        for posting in entry.postings:
            if posting.account is Account.DUE_TO:
                mirror[entry.entity, posting.counterparty, entry.currency] += posting.amount
            elif posting.account is Account.DUE_FROM:
                mirror[posting.counterparty, entry.entity, entry.currency] += posting.amount
            elif posting.account is Account.RESERVE_DEPOSIT:
                held[entry.entity, posting.counterparty, entry.currency] += posting.amount
            elif posting.account is Account.RESERVE_HELD:
                held[posting.counterparty, entry.entity, entry.currency] += posting.amount
    if count == 0:
        raise refusals.voucher_not_balanced("a voucher has an entry at least")
    for (debtor, creditor, currency), amount in sorted(mirror.items()):
        if amount != 0:
            raise refusals.voucher_not_balanced(
                f"{debtor} owes {creditor} {-amount} {currency} more by it than {creditor} is owed"
            )
    for (funder, reserve, currency), amount in sorted(held.items()):
        if amount != 0:
            raise refusals.voucher_not_balanced(
                f"{funder} deposits {amount} {currency} more by it than {reserve} holds for it"
            )


def _require_balanced(entry: VoucherEntry) -> None:
    total = sum(posting.amount for posting in entry.postings)
    if total != 0:
        raise refusals.voucher_not_balanced(
            f"the entry of {entry.entity} is out of balance by {total} {entry.currency}"
        )
    if len(entry.postings) < 2 or any(posting.amount == 0 for posting in entry.postings):
        raise refusals.voucher_not_balanced(f"the entry of {entry.entity} has an empty posting or too few of them")
