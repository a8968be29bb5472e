"""From an event to balanced entries: pure, and the only place that reads the posting matrix.

One entry per movement, entity and currency. Amounts on one account and counterparty are netted within an entry and
zeros leave no posting. Every pair of sides is posted in one step, so an entry balances by construction; it is
checked all the same, here and by the database.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chassis.values.integers import checked
from settlement_service.domain.accounts import Account
from settlement_service.domain.event import CarryingChange, Event, Kind, Movement, Unbookable
from settlement_service.domain.posting_matrix import MATRIX, Cell, Role, Side, Symbol, Treatment, treatment_of
from settlement_service.domain.repayments import Repayment, repayments_of


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry. `amount` in minor units: above zero a debit, below a credit, never zero."""

    account: Account
    counterparty: str
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One balanced entry in one entity's journal and one currency, not yet numbered."""

    event: Event
    movement: Movement
    entity: str
    currency: str
    postings: tuple[Posting, ...]


def entries_of(event: Event) -> tuple[Entry, ...]:
    """The entries of one event, in the order of its movements, then by entity and currency.

    Raises Unbookable where the event does not say what the matrix needs or contradicts itself.
    """
    repayments = repayments_of(event.movements)
    entries: list[Entry] = []
    for movement in event.movements:
        entries.extend(_entries_of_movement(event, movement, repayments.get(movement.key)))
    _require_mirrored(entries)
    return tuple(entries)


def redeemer_of(event: Event, movement: Movement) -> str:
    """Where the points of a redeemed or restored movement were spent: what the movement says, else the event, else who
    is owed, else the only funder; empty if none of them tells."""
    if movement.place_entity:
        return movement.place_entity
    if event.redeemer:
        return event.redeemer
    if movement.obligations:
        return movement.obligations[0].creditor
    return movement.accrual.funders[0][0] if len(movement.accrual.funders) == 1 else ""


def _entries_of_movement(event: Event, movement: Movement, repayment: Repayment | None) -> Iterator[Entry]:
    sheet = _Sheet(movement)
    for change in movement.carrying:
        sheet.carry(change)
    payer = repayment.payer if repayment else movement
    for obligation in payer.obligations:
        sheet.owe(obligation.debtor, obligation.creditor, obligation.amount.minor_units)
    for entity, amount in _own_amounts(event, movement, repayment):
        sheet.own(entity, amount)
    for (entity, currency), postings in sorted(sheet.entries()):
        yield Entry(event, movement, entity, currency, postings)


def _own_amounts(event: Event, movement: Movement, repayment: Repayment | None) -> Iterable[tuple[str, int]]:
    if repayment is not None:
        return repayment.own
    own = movement.own_price
    if own == 0 or (movement.kind is Kind.ADJUSTED and not movement.made_good):
        # What is written off says what it had cost, and nobody is owed for it.
        return ()
    redeemer = redeemer_of(event, movement)
    if redeemer not in dict(movement.accrual.funders):
        raise Unbookable(f"movement {movement.place}: {own} of its price are owed by nobody")
    return ((redeemer, own),)


class _Sheet:
    """Collects the sums of one movement by entity and currency, then account and counterparty."""

    def __init__(self, movement: Movement) -> None:
        self._movement = movement
        self._treatment: Treatment = treatment_of(movement)
        self._sums: dict[tuple[str, str], dict[tuple[Account, str], int]] = defaultdict(lambda: defaultdict(int))
        self._price_currency = movement.price.currency_code if movement.price else ""
        self._difference = Account.SETTLEMENT_GAIN_LOSS
        carried_in = {change.currency for change in movement.carrying} or {movement.accrual.currency}
        if len(carried_in) > 1:
            raise Unbookable(f"movement {movement.place} is carried in several currencies")
        if self._price_currency and self._price_currency not in carried_in:
            self._difference = Account.FX_CLEARING

    def carry(self, change: CarryingChange) -> None:
        """Books a funder's carrying value: the points accounts against the cell's other side."""
        if change.liability == 0 and change.receivable == 0:
            return
        cell = self._cell(Role.FUNDER)
        contra = cell.debit if cell.credit is Symbol.POINTS else cell.credit
        sums = self._sums[change.entity, change.currency]
        sums[Account.POINTS_LIABILITY, ""] -= change.liability
        sums[Account.MEMBER_RECEIVABLE, ""] -= change.receivable
        sums[self._account(contra), ""] += change.total

    def owe(self, debtor: str, creditor: str, amount: int) -> None:
        """Books an obligation in the books of the debtor, of the creditor or of both, as the matrix has cells."""
        cells = [(Role.DEBTOR, debtor, creditor), (Role.CREDITOR, creditor, debtor)]
        known = [item for item in cells if (self._treatment, item[0]) in MATRIX]
        if not known:
            raise Unbookable(f"movement {self._movement.place}: {self._movement.kind.value} carries an obligation")
        for role, entity, counterparty in known:
            self._post(self._cell(role), entity, counterparty, amount)

    def own(self, entity: str, amount: int) -> None:
        """Books what an entity owes itself."""
        self._post(self._cell(Role.OWN), entity, "", amount)

    def entries(self) -> Iterator[tuple[tuple[str, str], tuple[Posting, ...]]]:
        """Balanced postings by (entity, currency); nothing where all sums are zero."""
        for key, sums in self._sums.items():
            if sum(sums.values()) != 0:
                raise Unbookable(f"movement {self._movement.place}: the entry of {key[0]} does not balance")
            postings = tuple(
                Posting(account, counterparty, checked(amount, f"posting to {account.value}"))
                for (account, counterparty), amount in sorted(sums.items(), key=_by_account)
                if amount != 0
            )
            if postings:
                yield key, postings

    def _post(self, cell: Cell, entity: str, counterparty: str, amount: int) -> None:
        sums = self._sums[entity, self._price_currency]
        for side, signed in ((cell.debit, amount), (cell.credit, -amount)):
            account = self._account(side)
            sums[account, counterparty if account in _BILATERAL else ""] += signed

    def _cell(self, role: Role) -> Cell:
        cell = MATRIX.get((self._treatment, role))
        if cell is None:
            kind = self._movement.kind.value
            raise Unbookable(f"movement {self._movement.place}: {kind} books nothing for a {role.value}")
        return cell

    def _account(self, side: Side) -> Account:
        return side if isinstance(side, Account) else self._difference


_BILATERAL = frozenset({Account.DUE_TO, Account.DUE_FROM})


def _by_account(item: tuple[tuple[Account, str], int]) -> tuple[str, str]:
    (account, counterparty), _ = item
    return account.value, counterparty


def _require_mirrored(entries: Iterable[Entry]) -> None:
    """Within an event every due-to has its due-from: nobody owes what nobody is owed."""
    open_amounts: dict[tuple[str, str, str], int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            if posting.account is Account.DUE_TO:
                open_amounts[entry.entity, posting.counterparty, entry.currency] += posting.amount
            elif posting.account is Account.DUE_FROM:
                open_amounts[posting.counterparty, entry.entity, entry.currency] += posting.amount
    for (debtor, creditor, currency), amount in open_amounts.items():
        if amount != 0:
            raise Unbookable(f"{debtor} owes {creditor} {-amount} {currency} more than {creditor} is owed")


def spent_at(event: Event, movement: Movement) -> str:
    """Where a redeemed movement's points went: OWN (the issuer's entity), CROSS (another's), REPAYMENT; else empty."""
    if movement.kind is not Kind.REDEEMED:
        return ""
    if movement.repays:
        return "REPAYMENT"
    return "OWN" if redeemer_of(event, movement) == movement.accrual.issuer else "CROSS"
