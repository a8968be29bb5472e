"""Lots, burns and payments of the model, with its own exact arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from math import floor

from chassis.values.rounding import Ratio
from settlement_service.domain.event import Accrual, CarryingChange, Origin
from settlement_service.domain.program_facts import SettlementPolicy

EARNED = datetime(2026, 1, 1, tzinfo=UTC)


def nearest(value: Fraction) -> int:
    """Halves away from zero."""
    sign = 1 if value >= 0 else -1
    return sign * floor(abs(value) + Fraction(1, 2))


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Largest remainder, ties to the first."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [floor(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


@dataclass(slots=True)
class Lot:
    """An accrual. `funders` are (entity, basis points); `rate` is minor units per point in `currency`; `reserve` is set
    where the policy is RESERVE."""

    lot_id: str
    brand: str
    issuer: str
    funders: tuple[tuple[str, int], ...]
    rate: Fraction
    currency: str
    remaining: int = 0
    policy: SettlementPolicy = SettlementPolicy.REIMBURSE
    reserve: str = ""
    earned: datetime = EARNED
    origin: Origin = Origin.SALE

    @property
    def stands_for(self) -> int:
        """L of what remains."""
        return nearest(self.remaining * self.rate)

    def shares(self, carried: int) -> list[int]:
        """A carried value over the funders: the first takes what the others do not, so parts never jump back."""
        size, sign = abs(carried), 1 if carried >= 0 else -1
        others = [size * share // 10_000 for _, share in self.funders[1:]]
        return [sign * part for part in (size - sum(others), *others)]

    def facts(self) -> Accrual:
        """What every movement carries of it."""
        return Accrual(
            self.lot_id,
            self.brand,
            self.issuer,
            self.funders,
            self.currency,
            f"ord_{self.lot_id}",
            1,
            "rule_1" if self.origin is Origin.SALE else "",
            self.earned,
            rule_id="adjustment" if self.origin is Origin.GOODWILL else "per_dollar",
            revision="rev_1",
            rate=Ratio.of(self.rate),
            location=f"shop_{self.brand}",
            operator=self.issuer,
            region="west" if self.brand < "m" else "east",
            origin=self.origin,
            policy=self.policy,
            reserve_entity=self.reserve,
        )


@dataclass(slots=True)
class Repaying:
    """A payment of a burn's debt. `share` is the part of the burn's price that its points stand for; `price` what is
    owed for it: nothing if the payer's points are under NONE."""

    points: int
    share: int
    price: int
    own: "Burn"
    undone: bool = False


@dataclass(slots=True)
class Burn:
    """Points of a lot that were spent at a redeemer, and the payments made for it. `value` is what they were worth to
    the shopper; `price` what is owed for it."""

    lot: Lot
    points: int
    price: int
    obligations: list[tuple[str, str, int]]
    redeemer: str
    redemption: int
    currency: str
    value: int = 0
    restored: bool = False
    repayments: list[Repaying] = field(default_factory=list)

    @property
    def unpaid(self) -> int:
        """Points nobody has paid for yet."""
        return 0 if self.restored else self.points - sum(each.points for each in self.repayments if not each.undone)


def carrying_changes(lot: Lot, before: int, after: int) -> tuple[CarryingChange, ...]:
    liability = zip(lot.shares(max(before, 0)), lot.shares(max(after, 0)), strict=True)
    receivable = zip(lot.shares(min(before, 0)), lot.shares(min(after, 0)), strict=True)
    changes = (
        CarryingChange(entity, lot.currency, up_after - up_before, down_after - down_before)
        for (entity, _), (up_before, up_after), (down_before, down_after) in zip(
            lot.funders, liability, receivable, strict=True
        )
    )
    return tuple(change for change in changes if change.liability or change.receivable)


def negated(obligations: Sequence[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    return [(debtor, creditor, -amount) for debtor, creditor, amount in obligations]


def walk(
    payers: Sequence[tuple[str, int]], takers: Sequence[tuple[str, int]], price: int
) -> list[tuple[str, str, int]]:
    """Both sides' parts of a price side by side; what meets itself owes nobody."""
    owed = split(price, [share for _, share in payers])
    due = split(price, [share for _, share in takers])
    obligations: list[tuple[str, str, int]] = []
    for giver, (payer, _) in enumerate(payers):
        for taker, (creditor, _) in enumerate(takers):
            amount = min(owed[giver], due[taker])
            owed[giver] -= amount
            due[taker] -= amount
            if amount and payer != creditor:
                obligations.append((payer, creditor, amount))
    return obligations
