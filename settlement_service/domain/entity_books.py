"""One entity's accounts over a span, positions with each other entity, and trial balances."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from settlement_service.domain.accounts import Account, PointAccount
from settlement_service.domain.chart import account_name
from settlement_service.domain.figures import Balance
from settlement_service.domain.program_facts import AccountName, SettlementTerms


@dataclass(frozen=True, slots=True)
class Turnover:
    """What was posted to an account over a span. `currency` empty: points."""

    currency: str
    account: str
    counterparty: str
    debits: int
    credits: int


@dataclass(frozen=True, slots=True)
class AccountBooks:
    """opening + debits − credits = closing."""

    account: str
    name: AccountName
    opening: int
    debits: int
    credits: int

    @property
    def closing(self) -> int:
        """Balance at the end, debits positive."""
        return self.opening + self.debits - self.credits


@dataclass(frozen=True, slots=True)
class CurrencyBooks:
    """An entity's accounts in one currency, by code. `liability` and `receivable` are of the closing, positive: what
    points stand for and what members owe, or how many points these are."""

    currency: str
    accounts: tuple[AccountBooks, ...]
    liability: int
    receivable: int


@dataclass(frozen=True, slots=True)
class CounterpartyPosition:
    """What stands between an entity and another one at the closing; both positive."""

    counterparty: str
    currency: str
    due_from: int
    due_to: int


@dataclass(frozen=True, slots=True)
class EntityBooks:
    """One entity's books over a span."""

    entity: str
    currencies: tuple[CurrencyBooks, ...]
    positions: tuple[CounterpartyPosition, ...]


@dataclass(frozen=True, slots=True)
class TrialLine:
    """An account's balance, debits positive, never zero."""

    account: str
    name: AccountName
    balance: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The accounts of one currency (empty: points) at a moment, by code."""

    currency: str
    lines: tuple[TrialLine, ...]

    @property
    def debits(self) -> int:
        """Sum of the debit balances; the credit balances sum to the same."""
        return sum(max(0, line.balance) for line in self.lines)

    @property
    def credits(self) -> int:
        """Sum of the credit balances, positive."""
        return sum(max(0, -line.balance) for line in self.lines)


_LIABILITIES = frozenset({Account.POINTS_LIABILITY.value, PointAccount.OUTSTANDING.value})
_RECEIVABLES = frozenset({Account.MEMBER_RECEIVABLE.value, PointAccount.OWED.value})


def entity_books(
    entity: str, opening: Iterable[Balance], turnover: Sequence[Turnover], terms: SettlementTerms
) -> EntityBooks:
    """An entity's books from its opening balances and what was posted since."""
    figures: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    pairs: dict[tuple[str, str, str], int] = defaultdict(int)
    for balance in opening:
        figures[balance.currency, balance.account][0] += balance.amount
        pairs[balance.currency, balance.counterparty, balance.account] += balance.amount
    for row in turnover:
        sums = figures[row.currency, row.account]
        sums[1] += row.debits
        sums[2] += row.credits
        pairs[row.currency, row.counterparty, row.account] += row.debits - row.credits
    by_currency: dict[str, list[AccountBooks]] = defaultdict(list)
    for (currency, account), (opened, debits, credited) in figures.items():
        if opened or debits or credited:
            name = account_name(terms, account)
            by_currency[currency].append(AccountBooks(account, name, opened, debits, credited))
    currencies = tuple(_currency_books(currency, rows) for currency, rows in sorted(by_currency.items()))
    return EntityBooks(entity, currencies, _positions(pairs))


def trial_balances(balances: Iterable[Balance], terms: SettlementTerms) -> tuple[TrialBalance, ...]:
    """Trial balances by currency, points first."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for balance in balances:
        sums[balance.currency][balance.account] += balance.amount
    found = []
    for currency, accounts in sorted(sums.items()):
        lines = [
            TrialLine(account, account_name(terms, account), amount) for account, amount in accounts.items() if amount
        ]
        if lines:
            found.append(TrialBalance(currency, tuple(sorted(lines, key=lambda line: (line.name.code, line.account)))))
    return tuple(found)


def _currency_books(currency: str, rows: Iterable[AccountBooks]) -> CurrencyBooks:
    accounts = tuple(sorted(rows, key=lambda row: (row.name.code, row.account)))
    return CurrencyBooks(
        currency,
        accounts,
        liability=-sum(row.closing for row in accounts if row.account in _LIABILITIES),
        receivable=sum(row.closing for row in accounts if row.account in _RECEIVABLES),
    )


def _positions(pairs: dict[tuple[str, str, str], int]) -> tuple[CounterpartyPosition, ...]:
    owed: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (currency, counterparty, account), amount in pairs.items():
        if account == Account.DUE_FROM.value:
            owed[currency, counterparty][0] += amount
        elif account == Account.DUE_TO.value:
            owed[currency, counterparty][1] -= amount
    return tuple(
        CounterpartyPosition(counterparty, currency, due_from, due_to)
        for (currency, counterparty), (due_from, due_to) in sorted(owed.items())
        if due_from or due_to
    )
