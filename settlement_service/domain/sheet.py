"""The sums that one movement posts, by entity and currency, then account and counterparty."""

from collections.abc import Iterator

from chassis.values.integers import checked
from chassis.values.money import Money
from chassis.values.splits import largest_remainder
from settlement_service.domain.accounts import Account
from settlement_service.domain.entry import Posting
from settlement_service.domain.event import CarryingChange, Movement, Unbookable
from settlement_service.domain.posting_matrix import (
    BEARING,
    MATRIX,
    RESERVE_CELLS,
    Cell,
    Role,
    Side,
    Symbol,
    Treatment,
    treatment_of,
)
from settlement_service.domain.program_facts import SettlementPolicy

_COUNTERPARTY_IS_KEPT = frozenset({
    Account.DUE_TO, Account.DUE_FROM, Account.RESERVE_DEPOSIT, Account.RESERVE_HELD, Account.REDEMPTION_EXPENSE
})  # fmt: skip

_CONTRIBUTES, _HOLDS, _PASSES = (RESERVE_CELLS[role] for role in (Role.CONTRIBUTOR, Role.HOLDER, Role.PASSER))

Key = tuple[str, str]
"""Entity and currency."""


class Sheet:
    """Collects what is posted for one movement. `reserve` of a call is the entity that prices pass through, empty if
    they do not."""

    def __init__(self, movement: Movement) -> None:
        self._movement = movement
        self._treatment: Treatment = treatment_of(movement)
        self._sums: dict[Key, dict[tuple[Account, str], int]] = {}
        self._price_currency = movement.price.currency_code if movement.price else ""
        accrual = movement.accrual
        carried_in = {change.currency for change in movement.carrying} or {accrual.currency}
        if len(carried_in) > 1:
            raise Unbookable(f"movement {movement.place} is carried in several currencies")
        priced_elsewhere = self._price_currency and self._price_currency not in carried_in
        self._difference = Account.SETTLEMENT_GAIN_LOSS
        if priced_elsewhere and accrual.policy is not SettlementPolicy.NONE:
            self._difference = Account.FX_CLEARING
        self._reserve = accrual.reserve_entity if accrual.policy is SettlementPolicy.RESERVE else ""

    def carry(self, change: CarryingChange) -> None:
        """Books a funder's carrying value: the points accounts against the cell's other side; and what it pays into
        the reserve or gets back from it for that."""
        if change.liability == 0 and change.receivable == 0:
            return
        cell = self._cell(Role.FUNDER)
        contra = cell.debit if cell.credit is Symbol.POINTS else cell.credit
        entity, currency = change.entity, change.currency
        self._add(entity, currency, Account.POINTS_LIABILITY, "", -change.liability)
        self._add(entity, currency, Account.MEMBER_RECEIVABLE, "", -change.receivable)
        self._add(entity, currency, self._account(contra), "", change.total)
        if self._reserve and entity != self._reserve:
            self._post(_CONTRIBUTES, entity, currency, self._reserve, self._reserve, change.liability)
            self._post(_HOLDS, self._reserve, currency, entity, entity, change.liability)

    def owe(self, debtor: str, creditor: str, amount: int, reserve: str) -> None:
        """Books an obligation in the books of the debtor, of the creditor or of both, as the matrix has cells. The
        reserve stands between the two unless it is one of them."""
        owes = MATRIX.get((self._treatment, Role.DEBTOR))
        claims = MATRIX.get((self._treatment, Role.CREDITOR))
        if owes is None and claims is None:
            raise Unbookable(f"movement {self._movement.place}: {self._movement.kind} carries an obligation")
        between = reserve if reserve not in (debtor, creditor) else ""
        currency = self._price_currency
        if owes is not None:
            self._post(owes, debtor, currency, "", between or creditor, amount)
            if between:
                self._post(_PASSES, between, currency, debtor, creditor, amount)
        if claims is not None:
            self._post(claims, creditor, currency, between or debtor, "", amount)

    def own(self, entity: str, amount: int, reserve: str) -> None:
        """Books what an entity owes itself: for a redemption under RESERVE it pays the reserve like everybody else,
        and is paid like any other redeemer."""
        if reserve and entity != reserve and self._treatment is Treatment.REDEEMED:
            self.owe(entity, entity, amount, reserve)
        else:
            self._post(self._cell(Role.OWN), entity, self._price_currency, "", "", amount)

    def bear(self, redeemer: str, value: Money) -> None:
        """Books what points under NONE cost the redeemer, by funder (largest remainder over their shares). Negative
        where it is undone."""
        cell = BEARING.get(self._treatment)
        if cell is None or value.minor_units == 0:
            return
        if not redeemer:
            raise Unbookable(f"movement {self._movement.place} does not say where its points were spent")
        sign = 1 if value.minor_units > 0 else -1
        funders = self._movement.accrual.funders
        parts = largest_remainder(abs(value.minor_units), [share for _, share in funders])
        for (funder, _), part in zip(funders, parts, strict=True):
            self._post(cell, redeemer, value.currency_code, funder, "", sign * part)

    def entries(self) -> Iterator[tuple[Key, tuple[Posting, ...]]]:
        """Balanced postings by entity and currency, in their order; nothing where all sums are zero."""
        for key, sums in sorted(self._sums.items()) if len(self._sums) > 1 else self._sums.items():
            if sum(sums.values()) != 0:
                raise Unbookable(f"movement {self._movement.place}: the entry of {key[0]} does not balance")
            postings = tuple(
                [
                    Posting(account, counterparty, checked(amount, f"posting to {account}"))
                    for (account, counterparty), amount in sorted(sums.items())
                    if amount != 0
                ]
            )
            if postings:
                yield key, postings

    def _post(
        self, cell: Cell, entity: str, currency: str, debit_counterparty: str, credit_counterparty: str, amount: int
    ) -> None:
        self._add(entity, currency, self._account(cell.debit), debit_counterparty, amount)
        self._add(entity, currency, self._account(cell.credit), credit_counterparty, -amount)

    def _add(self, entity: str, currency: str, account: Account, counterparty: str, amount: int) -> None:
        sums = self._sums.setdefault((entity, currency), {})
        place = (account, counterparty if account in _COUNTERPARTY_IS_KEPT else "")
        sums[place] = sums.get(place, 0) + amount

    def _cell(self, role: Role) -> Cell:
        cell = MATRIX.get((self._treatment, role))
        if cell is None:
            raise Unbookable(f"movement {self._movement.place}: {self._movement.kind} books nothing for a {role}")
        return cell

    def _account(self, side: Side) -> Account:
        return side if isinstance(side, Account) else self._difference
