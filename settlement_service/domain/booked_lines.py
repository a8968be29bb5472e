"""Movements as the books have them, with what was posted for each; and what that says the funders owe.

What a funder owes for a movement is read back from its entries, so that it can be held against what the ledger says and
what the agreements say. Under RESERVE it lies in them together with what the reserve was paid or gave back.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

Owed = dict[tuple[str, str], int]
"""What entities owe for one movement, by entity and currency; zeros are left out."""


@dataclass(frozen=True, slots=True)
class BookedPosting:
    """A posting in one entity's books; debits above zero."""

    entity: str
    currency: str
    account: str
    counterparty: str
    amount: int


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One movement with its postings. `known` is False for what was booked before the books kept price, value and
    funders. `rate`: minor units of `carried_in` per point."""

    home: str
    sequence: int
    kind: str
    cause: str
    points: int
    outstanding_after: int
    accrual_id: str
    brand: str
    order_id: str
    line_number: int
    policy: str
    reserve: str
    redeemer: str
    funders: tuple[tuple[str, int], ...]
    carried_in: str
    rate: Fraction
    currency: str
    value: int
    price: int
    known: bool
    event_type: str
    revision: str
    location_id: str
    occur_time: datetime
    postings: tuple[BookedPosting, ...]

    @property
    def repays(self) -> bool:
        """True for both sides of a repayment."""
        return self.cause == "REPAYMENT"

    @property
    def owed(self) -> Owed:
        """What funders owe others for it, own prices left out."""
        if self.policy != "RESERVE":
            return _nonzero(self._sums({"due_to"}))
        owed = self._by_way_of_reserve()
        for entity, currency in list(owed):
            if entity == self.redeemer and not self.repays:
                del owed[entity, currency]
        return _nonzero(owed)

    @property
    def carried(self) -> tuple[Owed, Owed]:
        """What it does to the funders' points liability and to their member receivables; both as the ledger signs
        them: more liability above zero, more debt below."""
        liability = self._sums({"points_liability"})
        receivable = self._sums({"member_receivable"})
        return _nonzero(liability), _nonzero(receivable)

    @property
    def flows(self) -> tuple[Owed, Owed, Owed]:
        """What funders owe for it, what others are owed for it, and own prices: what an entity would owe itself."""
        spent = self.kind in ("REDEEMED", "RESTORED") and not self.repays
        if self.policy == "RESERVE" and not spent:
            rest = self._beside_the_reserve()
            owed = {key: -amount for key, amount in rest.items() if amount < 0}
            return owed, {key: amount for key, amount in rest.items() if amount > 0}, {}
        owed = self.owed
        if not spent:
            return owed, _nonzero({key: -amount for key, amount in self._sums({"due_from"}).items()}), {}
        total = sum(owed.values())
        own = self.price - total
        place = (self.redeemer, self.currency)
        return owed, _nonzero({place: total}), _nonzero({place: own})

    def _beside_the_reserve(self) -> Owed:
        """What each entity is owed less what it owes by the entries, without what the reserve was paid or gave back."""
        rest: Owed = defaultdict(int)
        for (entity, currency), amount in self._sums({"due_to", "due_from"}).items():
            rest[entity, currency] -= amount
        for (entity, currency), change in self.carried[0].items():
            if entity != self.reserve:
                rest[entity, currency] += change
                rest[self.reserve, currency] -= change
        return _nonzero(rest)

    def _by_way_of_reserve(self) -> Owed:
        """What each entity owes the reserve for the movement's price; the reserve entity's own share is what passes on
        beyond that."""
        through = self._sums({"due_to", "reserve_deposit"})
        owed = {key: amount for key, amount in through.items() if key[0] != self.reserve}
        if self.repays or self.redeemer == self.reserve:
            return owed
        for (entity, currency), amount in through.items():
            if entity == self.reserve:
                others = sum(part for (_, of), part in owed.items() if of == currency)
                owed[entity, currency] = amount - others
        return owed

    def _sums(self, accounts: set[str]) -> Owed:
        """Credits of the named accounts, less debits."""
        sums: Owed = defaultdict(int)
        for posting in self.postings:
            if posting.account in accounts:
                sums[posting.entity, posting.currency] -= posting.amount
        return dict(sums)


def _nonzero(amounts: Mapping[tuple[str, str], int]) -> Owed:
    return {key: amount for key, amount in amounts.items() if amount != 0}
