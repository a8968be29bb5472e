"""One member's points as docs/DOMAIN.md tells them: facts in a list, every sum recomputed from scratch.

Written from the page and not from the code. Where the page is silent it decides as the ledger says it does: of
several debts the one first in burn order is paid first, and the payer's funders share a price once and for all.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction

from tests.property.ledger.fractions_model import cumulative, half_up, once

NEVER = datetime.max.replace(tzinfo=UTC)
SIGNS = {"earned": 1, "redeemed": -1, "reversed": -1, "repaid": 1, "expired": -1}
Owed = tuple[str, str, int]
"""Debtor, creditor, cents."""


class Refused(Exception):  # noqa: N818  the model's answer
    """The reason."""


@dataclass(frozen=True, eq=False)
class Lot:
    """What is fixed when points are earned."""

    order_id: str
    document: str
    line: int
    ordinal: int
    rule: str
    brand: str
    funders: tuple[tuple[str, int], ...]
    rate: Fraction
    granted: int
    earned_at: datetime
    available_at: datetime | None
    expires_at: datetime | None

    @property
    def turn(self) -> tuple[object, ...]:
        """Whose points go first."""
        return (self.expires_at or NEVER, self.earned_at, self.order_id, self.line, self.ordinal, self.rule)

    @property
    def weights(self) -> tuple[int, ...]:
        """Shares of the funders."""
        return tuple(share for _, share in self.funders)


@dataclass(frozen=True)
class Fact:
    """One thing that happened to a lot. `pays`: the index of the redeemed fact that is repaid; `borne`: what each
    funder of the lot bore of the price of points that were redeemed."""

    lot: Lot
    kind: str
    points: int
    value: int | None = None
    price: int | None = None
    pays: int | None = None
    owed: tuple[Owed, ...] = ()
    borne: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shop:
    """What points are worth at a brand, and what share of it each entity owes."""

    redeemer: str
    rate: Fraction
    shares: dict[str, Fraction]


@dataclass(frozen=True)
class Back:
    """Goods coming back: so much of one line of a sale; `amount` is None for all that is left."""

    document: str
    line: int
    basis: str
    amount: int | None


@dataclass
class Account:
    """A member."""

    lots: list[Lot] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    sold: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    returned: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)

    def copy(self) -> "Account":
        """An independent one."""
        return Account(list(self.lots), list(self.facts), dict(self.sold), dict(self.returned))

    # --- what follows from the facts

    def standing(self) -> Counter[Lot]:
        """What remains of each lot; below zero where more came back than was left."""
        left: Counter[Lot] = Counter()
        for fact in self.facts:
            left[fact.lot] += SIGNS[fact.kind] * fact.points
        return left

    def sum_of(self, lot: Lot, kind: str) -> int:
        """Points of one kind."""
        return sum(fact.points for fact in self.facts if fact.lot is lot and fact.kind == kind)

    @property
    def balance(self) -> int:
        """All points."""
        return sum(self.standing().values())

    @property
    def debt(self) -> int:
        """What is owed to lots below zero."""
        return -sum(points for points in self.standing().values() if points < 0)

    def spendable(self, now: datetime) -> list[Lot]:
        """Lots whose points can be spent, in burn order."""
        left = self.standing()
        usable = (
            lot
            for lot in self.lots
            if left[lot] > 0 and (lot.available_at or now) <= now and now < (lot.expires_at or NEVER)
        )
        return sorted(usable, key=lambda lot: lot.turn)

    def available(self, now: datetime) -> int:
        """What the till may ask for."""
        left = self.standing()
        return max(0, sum(left[lot] for lot in self.spendable(now)) - self.debt)

    def pending(self, now: datetime) -> int:
        """What shows and cannot be spent yet."""
        left = self.standing()
        return sum(left[lot] for lot in self.lots if left[lot] > 0 and (lot.available_at or now) > now)

    def ready_times(self, now: datetime) -> list[datetime]:
        """When what is pending can be spent."""
        left = self.standing()
        return [lot.available_at for lot in self.lots if left[lot] > 0 and lot.available_at and lot.available_at > now]

    # --- commands

    def expire(self, now: datetime) -> None:
        """Books what is due."""
        left = self.standing()
        for lot in sorted(self.lots, key=lambda lot: lot.turn):
            if left[lot] > 0 and (lot.expires_at or NEVER) <= now:
                self.facts.append(Fact(lot, "expired", left[lot]))

    def sell(self, now: datetime, document: str, lines: dict[int, dict[str, int]], lots: Sequence[Lot]) -> None:
        """A sale: its lines with what was sold of them, by basis, and the lots it earns."""
        self.expire(now)
        self.sold |= {(document, line): sold for line, sold in lines.items()}
        for lot in lots:
            self.lots.append(lot)
            self.facts.append(Fact(lot, "earned", lot.granted))
            if (lot.expires_at or NEVER) <= now:
                self.facts.append(Fact(lot, "expired", lot.granted))
        self.repay(now)

    def redeem(self, now: datetime, points: int, shop: Shop, quoted: int | None) -> int:
        """Spends points; what they were worth."""
        self.expire(now)
        value = int(points * shop.rate)
        if value == 0:
            raise Refused("WORTH_NOTHING")
        if quoted not in (None, value):
            raise Refused("QUOTE_CHANGED")
        lots, left = self.spendable(now), self.standing()
        if sum(left[lot] for lot in lots) - self.debt < points:
            raise Refused("INSUFFICIENT_POINTS")
        pieces: list[tuple[Lot, int]] = []
        for lot in lots:
            taken = min(points - sum(part for _, part in pieces), left[lot])
            if taken > 0:
                pieces.append((lot, taken))
        worth = once(value, tuple(part for _, part in pieces))
        for (lot, part), cents in zip(pieces, worth, strict=True):
            borne, owed = self._price(lot, cents, shop)
            self.facts.append(Fact(lot, "redeemed", part, value=cents, price=sum(borne), owed=owed, borne=borne))
        return value

    def _price(self, lot: Lot, cents: int, shop: Shop) -> tuple[tuple[int, ...], tuple[Owed, ...]]:
        borne: list[int] = []
        for (entity, _), face in zip(lot.funders, once(cents, lot.weights), strict=True):
            if entity != shop.redeemer and entity not in shop.shares:
                raise Refused("NO_SETTLEMENT_TERMS")
            borne.append(face if entity == shop.redeemer else half_up(face * shop.shares[entity]))
        bearers = zip((entity for entity, _ in lot.funders), borne, strict=True)
        owed = ((e, shop.redeemer, amount) for e, amount in bearers if amount and e != shop.redeemer)
        return tuple(borne), tuple(owed)

    def give_back(self, now: datetime, backs: Sequence[Back]) -> int:
        """Returns; how many points were repaid at once."""
        self.expire(now)
        for back in backs:
            share = self._count(back)
            for lot in self.lots:
                if (lot.document, lot.line) == (back.document, back.line):
                    before = self.sum_of(lot, "reversed")
                    target = half_up(lot.granted * share) - self.sum_of(lot, "expired")
                    if target > before:
                        self.facts.append(Fact(lot, "reversed", target - before))
        return self.repay(now)

    def _count(self, back: Back) -> Fraction:
        """The share of the line that has come back by now."""
        key = (back.document, back.line)
        if key not in self.sold:
            raise Refused("SALE_NOT_FOUND")
        basis, before = self.returned.get(key, (back.basis, 0))
        if back.basis not in (basis, "whole"):
            raise Refused("RETURN_BASIS_DIFFERS")
        sold = self.sold[key][basis]
        after = sold if back.amount is None else before + back.amount
        if not before < after <= sold:
            raise Refused("NOT_RETURNABLE")
        self.returned[key] = (basis, after)
        return Fraction(after, sold)

    def repay(self, now: datetime) -> int:
        """Other points pay what was spent before its goods came back."""
        paid = 0
        while True:
            left = self.standing()
            debtors = sorted((lot for lot in self.lots if left[lot] < 0), key=lambda lot: lot.turn)
            payers = self.spendable(now)
            if not debtors or not payers:
                return paid
            paid += self._pay(debtors[0], payers[0], left)

    def _pay(self, debtor: Lot, payer: Lot, left: Counter[Lot]) -> int:
        burns = (n for n, fact in enumerate(self.facts) if fact.lot is debtor and fact.kind == "redeemed")
        burn = max(n for n in burns if self._repaid(n)[0] < self.facts[n].points)
        spent, (before, paid) = self.facts[burn], self._repaid(burn)
        points = min(-left[debtor], left[payer], spent.points - before)
        price = half_up(Fraction((spent.price or 0) * (before + points), spent.points)) - paid
        borne = once(price, payer.weights)
        givers = zip((entity for entity, _ in payer.funders), borne, strict=True)
        # Each funder of the debt gets back what it bore itself, so that nobody profits.
        takers = zip((e for e, _ in debtor.funders), cumulative(paid, paid + price, spent.borne), strict=True)
        owed = _side_by_side(list(givers), list(takers))
        self.facts.append(Fact(payer, "redeemed", points, price=price, pays=burn, owed=owed, borne=borne))
        self.facts.append(Fact(debtor, "repaid", points, price=price, pays=burn))
        return points

    def _repaid(self, burn: int) -> tuple[int, int]:
        """Points and cents of a redeemed fact that were repaid."""
        found = [fact for fact in self.facts if fact.kind == "repaid" and fact.pays == burn]
        return sum(fact.points for fact in found), sum(fact.price or 0 for fact in found)


def _side_by_side(givers: list[tuple[str, int]], takers: list[tuple[str, int]]) -> tuple[Owed, ...]:
    """Cent by cent, both in order; nobody owes itself."""
    gives = [entity for entity, cents in givers for _ in range(cents)]
    takes = [entity for entity, cents in takers for _ in range(cents)]
    flows = Counter((giver, taker) for giver, taker in zip(gives, takes, strict=True) if giver != taker)
    return tuple((giver, taker, cents) for (giver, taker), cents in flows.items())
