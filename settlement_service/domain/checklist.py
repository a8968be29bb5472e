"""What is to be looked at before a period is signed off, and what of it stands in the way. Pure: a situation in, items
out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from settlement_service.domain.accounts import Account
from settlement_service.domain.figures import Balance
from settlement_service.domain.program_facts import ProgramFacts, SettlementPolicy

_SHOWN = 10
"""How many findings an item tells in words."""


class ItemKind(Enum):
    """What an item is about; period.proto says what each counts."""

    BARRIERS_BOOKED = "BARRIERS_BOOKED"
    EARLIER_PERIODS_CLOSED = "EARLIER_PERIODS_CLOSED"
    NOTHING_PARKED = "NOTHING_PARKED"
    BOOKS_IN_BALANCE = "BOOKS_IN_BALANCE"
    TOTALS_AGREE = "TOTALS_AGREE"
    CLEARING_AT_ZERO = "CLEARING_AT_ZERO"
    RECONCILED = "RECONCILED"
    DIFFERENCES_ACCEPTED = "DIFFERENCES_ACCEPTED"
    MONTH_END_VOUCHER = "MONTH_END_VOUCHER"
    CUT_OFF = "CUT_OFF"
    TERMS_COMPLETE = "TERMS_COMPLETE"
    DIFFERENCES_CLEARED = "DIFFERENCES_CLEARED"
    PARKED_RETURNS = "PARKED_RETURNS"
    ANNOUNCED_RETURNS = "ANNOUNCED_RETURNS"
    OPEN_HOLDS = "OPEN_HOLDS"
    OPEN_DEBTS = "OPEN_DEBTS"
    PENDING_POINTS = "PENDING_POINTS"
    PROPOSED_ADJUSTMENTS = "PROPOSED_ADJUSTMENTS"
    TRANSFERS_UNDER_WAY = "TRANSFERS_UNDER_WAY"


BLOCKING = frozenset({
    ItemKind.BARRIERS_BOOKED,
    ItemKind.EARLIER_PERIODS_CLOSED,
    ItemKind.BOOKS_IN_BALANCE,
    ItemKind.TOTALS_AGREE,
    ItemKind.CLEARING_AT_ZERO,
    ItemKind.RECONCILED,
    ItemKind.DIFFERENCES_ACCEPTED,
})  # fmt: skip
"""Without these a sign-off would state what nobody knows to be true. An event parked before a barrier shows in the
barrier that is missing; what is parked behind it belongs to a later period."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item, with the first of what it counts in words."""

    kind: ItemKind
    ok: bool
    count: int
    detail: str = ""

    @property
    def blocking(self) -> bool:
        """True if the period cannot be closed unless it is ok."""
        return self.kind in BLOCKING


@dataclass(frozen=True, slots=True)
class OpenFact:
    """Something that is open in the ledger now."""

    kind: ItemKind
    count: int
    detail: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The latest comparison with the ledger at exactly the period's cut, and the figures nobody has accepted."""

    compared: int
    open_figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """How a period stands. `balances` are those of its end; `bearing` is what was posted to redemption_expense in it:
    (redeemer, funder, currency, amount); `traded` the pairs (who owes, who is owed) of movements in it."""

    sequence: int
    name: str
    cut_time: datetime
    missing_barriers: int
    earlier_open: tuple[str, ...]
    parked: tuple[str, ...]
    balances: tuple[Balance, ...]
    differing_totals: tuple[str, ...]
    comparison: Comparison | None
    month_end_entries: int
    bearing: tuple[tuple[str, str, str, int], ...]
    late: int
    early: int
    traded: tuple[tuple[str, str], ...]
    open_facts: tuple[OpenFact, ...] = field(default=())


def checklist_of(situation: Situation, facts: ProgramFacts, to_book: int) -> tuple[Item, ...]:
    """The items by kind; `to_book`: entries of the month-end voucher that closing would book."""
    comparison = situation.comparison
    imbalances = [*_out_of_balance(situation.balances), *_not_mirrored(situation.balances)]
    off_cut = situation.late + situation.early
    return (
        _none(ItemKind.BARRIERS_BOOKED, ["not booked in every partition"] * situation.missing_barriers),
        _none(ItemKind.EARLIER_PERIODS_CLOSED, situation.earlier_open),
        _none(ItemKind.NOTHING_PARKED, situation.parked),
        _none(ItemKind.BOOKS_IN_BALANCE, imbalances),
        _none(ItemKind.TOTALS_AGREE, situation.differing_totals),
        _none(ItemKind.CLEARING_AT_ZERO, _standing(situation.balances, Account.REPAYMENT_CLEARING)),
        Item(ItemKind.RECONCILED, comparison is not None, comparison.compared if comparison else 0),
        _none(ItemKind.DIFFERENCES_ACCEPTED, comparison.open_figures if comparison else ()),
        Item(
            ItemKind.MONTH_END_VOUCHER,
            to_book == 0,
            to_book or situation.month_end_entries,
            "closing books it" if to_book else "",
        ),
        Item(
            ItemKind.CUT_OFF,
            off_cut == 0,
            off_cut,
            f"{situation.late} late, {situation.early} early" if off_cut else "",
        ),
        _none(ItemKind.TERMS_COMPLETE, _without_terms(situation, facts)),
        _none(ItemKind.DIFFERENCES_CLEARED, _standing(situation.balances, Account.DIFFERENCE_CLEARING)),
        *(Item(fact.kind, fact.count == 0, fact.count, fact.detail) for fact in situation.open_facts),
    )


def in_the_way(items: Iterable[Item]) -> tuple[str, ...]:
    """The kinds of blocking items that are not ok."""
    return tuple(item.kind.value for item in items if item.blocking and not item.ok)


def _none(kind: ItemKind, findings: Sequence[str]) -> Item:
    shown = "; ".join(dict.fromkeys(findings[:_SHOWN]))
    return Item(kind, not findings, len(findings), shown)


def _out_of_balance(balances: Iterable[Balance]) -> list[str]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for balance in balances:
        sums[balance.entity, balance.currency] += balance.amount
    return [
        f"{entity} is out of balance by {amount} {currency or 'points'}"
        for (entity, currency), amount in sorted(sums.items())
        if amount != 0
    ]


def _not_mirrored(balances: Iterable[Balance]) -> list[str]:
    pairs: dict[tuple[str, str, str], int] = defaultdict(int)
    for balance in balances:
        if balance.account == Account.DUE_TO.value:
            pairs[balance.entity, balance.counterparty, balance.currency] += balance.amount
        elif balance.account == Account.DUE_FROM.value:
            pairs[balance.counterparty, balance.entity, balance.currency] += balance.amount
    return [
        f"{debtor} owes {creditor} {-amount} {currency} more than {creditor} is owed"
        for (debtor, creditor, currency), amount in sorted(pairs.items())
        if amount != 0
    ]


def _standing(balances: Iterable[Balance], account: Account) -> list[str]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for balance in balances:
        if balance.account == account.value:
            sums[balance.entity, balance.currency] += balance.amount
    return [
        f"{account.value} of {entity} stands at {amount} {currency}"
        for (entity, currency), amount in sorted(sums.items())
        if amount != 0
    ]


def _without_terms(situation: Situation, facts: ProgramFacts) -> list[str]:
    """Under NONE nobody owes by agreement; the reserve entity stands between the others and needs none."""
    terms = facts.settlement
    if terms.policy is SettlementPolicy.NONE:
        return []
    in_force = [each for each in facts.agreements if each.interval.contains(situation.cut_time)]
    return [
        f"{debtor} and {creditor}"
        for debtor, creditor in situation.traded
        if terms.reserve_entity not in (debtor, creditor)
        and not any(each.issuer in ("", debtor) and each.redeemer in ("", creditor) for each in in_force)
    ]
