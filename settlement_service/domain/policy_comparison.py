"""A period's movements under each settlement policy (ADR 0052).

Only flows of the period count, and only what entities owe each other. What was frozen on an accrual is taken as it was
booked; what a policy did not book, because another one was in force, is priced again by `pricing`.

- REIMBURSE: each funder owes the redeemer the price.
- RESERVE: each funder pays what its liability rises by into the reserve and gets back what it falls by; the price of
  what is spent goes from the funder to the reserve and from there to the redeemer. What the reserve holds at the
  period's beginning is not asked for: a redemption draws on it whether its accrual was born in the period or before.
- NONE: the redeemer bears the face value; a voucher may move a share of it, rounded half up once for each funder,
  redeemer and currency.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from settlement_service.domain.booked_lines import BookedLine, Owed
from settlement_service.domain.price_check import spent_of
from settlement_service.domain.pricing import NoTermsError, face_parts, half_up, prices_of
from settlement_service.domain.program_facts import ProgramFacts

_SPENT = ("REDEEMED", "RESTORED")
_DUE = ("due_to", "due_from")


@dataclass(slots=True)
class Reimbursed:
    """REIMBURSE of one entity and currency."""

    owes: int = 0
    owed_to_it: int = 0

    @property
    def net(self) -> int:
        """What it is owed less what it owes."""
        return self.owed_to_it - self.owes


@dataclass(slots=True)
class Reserved:
    """RESERVE of one entity and currency."""

    contributions: int = 0
    refunds: int = 0
    draws: int = 0
    prices_paid: int = 0
    prices_received: int = 0
    held_for_others: int = 0

    @property
    def net(self) -> int:
        """What it is owed less what it owes."""
        return (
            self.refunds
            + self.draws
            - self.contributions
            - self.prices_paid
            + self.prices_received
            + self.held_for_others
        )


@dataclass(slots=True)
class Borne:
    """NONE of one entity and currency."""

    borne: int = 0
    vouchers_paid: int = 0
    vouchers_received: int = 0

    @property
    def net(self) -> int:
        """What it is owed less what it owes."""
        return self.vouchers_received - self.vouchers_paid


Key = tuple[str, str]
"""Currency and entity."""


class PolicyComparison:
    """Takes the movements of a period one by one. `voucher_share` None: no voucher."""

    def __init__(self, reserve: str, voucher_share: Fraction | None) -> None:
        self.reserve = reserve
        self.voucher_share = voucher_share
        self.movements = 0
        self.unpriced = 0
        self.unknown = 0
        self.booked: dict[Key, int] = defaultdict(int)
        self.reimburse: dict[Key, Reimbursed] = defaultdict(Reimbursed)
        self.reserved: dict[Key, Reserved] = defaultdict(Reserved)
        self.none: dict[Key, Borne] = defaultdict(Borne)
        self._faces: dict[tuple[str, str, str], int] = defaultdict(int)

    def take(self, line: BookedLine, facts: ProgramFacts) -> None:
        """Adds one movement; `facts` is the revision that decided it."""
        self.movements += 1
        if not line.known:
            self.unknown += 1
            return
        for posting in line.postings:
            if posting.account in _DUE:
                self.booked[posting.currency, posting.entity] += posting.amount
        self._contribute(line)
        if line.policy == "NONE":
            self._price_again(line, facts)
        else:
            self._price_as_booked(line)
        if line.kind in _SPENT and not line.repays:
            self._bear(line)

    def add_vouchers(self, vouchers: Iterable[tuple[str, str, int]]) -> None:
        """What month-end vouchers of the period booked: (entity, currency, due-from less due-to)."""
        for entity, currency, amount in vouchers:
            self.booked[currency, entity] += amount

    def finish(self) -> list[Key]:
        """Makes the vouchers of NONE. Every entity and currency that any policy concerns, in order."""
        for (funder, redeemer, currency), face in sorted(self._faces.items()):
            self.none[currency, redeemer].borne += face
            if self.voucher_share is None or funder == redeemer:
                continue
            amount = half_up(face * self.voucher_share)
            self.none[currency, redeemer].vouchers_received += amount
            self.none[currency, funder].vouchers_paid += amount
        keys = self.booked.keys() | self.reimburse.keys() | self.reserved.keys() | self.none.keys()
        return sorted(keys)

    def _contribute(self, line: BookedLine) -> None:
        """The reserve follows the funders' liability; its own points are not paid to itself."""
        liability, _ = line.carried
        for (entity, currency), change in liability.items():
            if entity == self.reserve:
                continue
            funder = self.reserved[currency, entity]
            if line.kind in _SPENT:
                funder.draws -= change
            elif change > 0:
                funder.contributions += change
            else:
                funder.refunds -= change
            self.reserved[currency, self.reserve].held_for_others += change

    def _price_as_booked(self, line: BookedLine) -> None:
        owed, due, own = line.flows
        self._reimburse(owed, due)
        self._by_way_of_reserve(owed, due, own)

    def _reimburse(self, owed: Owed, due: Owed) -> None:
        for (entity, currency), amount in owed.items():
            self.reimburse[currency, entity].owes += amount
        for (entity, currency), amount in due.items():
            self.reimburse[currency, entity].owed_to_it += amount

    def _price_again(self, line: BookedLine, facts: ProgramFacts) -> None:
        if line.kind not in _SPENT:
            self.unpriced += line.kind == "REPAID"
            return
        if line.repays or not line.value:
            self.unpriced += 1
            return
        restored = line.kind == "RESTORED"
        try:
            priced = prices_of(spent_of(line, facts), facts.agreements, facts.exchange_rates)
        except NoTermsError:
            self.unpriced += 1
            return
        sign = -1 if restored else 1
        owed: Owed = {(entity, line.currency): sign * each.minor_units for entity, each in priced.items()}
        total = sum(owed.values())
        due: Owed = {(line.redeemer, line.currency): total} if total else {}
        own_part = sign * face_parts(abs(line.value), line.funders).get(line.redeemer, 0)
        self._reimburse(owed, due)
        self._by_way_of_reserve(owed, due, {(line.redeemer, line.currency): own_part} if own_part else {})

    def _by_way_of_reserve(self, owed: Owed, due: Owed, own: Owed) -> None:
        """Prices go to the reserve and on from there; a leg that begins and ends with it falls away."""
        for amounts in (owed, own):
            for (entity, currency), amount in amounts.items():
                self.reserved[currency, entity].prices_paid += amount
                self.reserved[currency, self.reserve].held_for_others += amount
        for amounts in (due, own):
            for (entity, currency), amount in amounts.items():
                self.reserved[currency, entity].prices_received += amount
                self.reserved[currency, self.reserve].held_for_others -= amount

    def _bear(self, line: BookedLine) -> None:
        sign = -1 if line.kind == "RESTORED" else 1
        for funder, part in face_parts(abs(line.value), line.funders).items():
            if part:
                self._faces[funder, line.redeemer, line.currency] += sign * part
