"""What a planned correction would come to: differences of each order, summed by brand (docs/adr/0025)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chassis.values.ids import hash_of, made_id
from chassis.values.integers import checked
from chassis.values.rounding import carrying_value
from ledger_service.domain.accrual import Accrual, PointRate
from ledger_service.domain.commands import Award
from ledger_service.domain.correction import CorrectionEffect, OrderDifference, regrant, returned_part, should_grant
from ledger_service.domain.order import PostedOrder, ReturnedLine


@dataclass(frozen=True, slots=True)
class AccrualDifference:
    """What one accrual of a sale would gain or lose. `remaining` and `held` are what stands of it now."""

    accrual_id: str
    brand: str
    after: int
    points: int
    remaining: int
    held: int
    liability: PointRate
    lapsed: bool

    @property
    def lasting(self) -> int:
        """Points that would stay: what an accrual that has lapsed gains lapses at once."""
        return 0 if self.lapsed and self.points > 0 else self.points

    @property
    def spent(self) -> int:
        """Of what it loses, points that are not there any more."""
        return max(0, -self.points - max(0, self.remaining))

    @property
    def money(self) -> int:
        """What the change stands for in the books, in minor units."""
        rate, stands = self.liability.per_point, self.remaining + self.held
        return carrying_value(stands + self.lasting, rate) - carrying_value(stands, rate)


def differences_of(
    order: PostedOrder,
    accruals: Iterable[Accrual],
    returned: Iterable[ReturnedLine],
    awards: Sequence[Award],
    now: datetime,
) -> tuple[AccrualDifference, ...]:
    """What would change if the sale had earned `awards`; accruals that stay as they are are left out."""
    lines = {line.line_number: line for line in returned}
    grants = {(award.line_number, award.rule_id): award.points for award in awards}
    found: list[AccrualDifference] = []
    known: set[tuple[int, str]] = set()
    for accrual in accruals:
        place = (accrual.line_number, accrual.rule_id)
        known.add(place)
        line = lines.get(accrual.line_number)
        change = regrant(accrual, should_grant(order, *place, grants.get(place, 0)), line, line)
        if change.changes:
            # Rolling expiry follows the wallet, which is not looked at here.
            rolls = accrual.rolling_months or accrual.rolling_days
            found.append(
                AccrualDifference(
                    accrual.accrual_id,
                    accrual.brand,
                    change.after,
                    change.points,
                    accrual.remaining,
                    accrual.held,
                    accrual.liability,
                    lapsed=not rolls and accrual.has_lapsed(now, None),
                )
            )
    missing = (award for award in awards if (award.line_number, award.rule_id) not in known)
    return (*found, *_born(order, missing, lines, now))


def _born(
    order: PostedOrder, awards: Iterable[Award], lines: dict[int, ReturnedLine], now: datetime
) -> Iterable[AccrualDifference]:
    for award in awards:
        decided = should_grant(order, award.line_number, award.rule_id, award.points)
        points = decided - returned_part(decided, lines.get(award.line_number))
        if points > 0:
            number = str(award.line_number)
            accrual_id = made_id("acc", order.program, order.home, order.order_id, number, award.rule_id)
            rolls = award.rolling_months or award.rolling_days
            lapsed = not rolls and award.expire_time is not None and award.expire_time <= now
            yield AccrualDifference(accrual_id, award.brand, decided, points, 0, 0, award.liability, lapsed=lapsed)


def order_difference(order: PostedOrder, differences: Sequence[AccrualDifference]) -> OrderDifference:
    """The differences of a sale under one name."""
    parts = [part for one in differences for part in (one.accrual_id, str(one.after), str(one.points))]
    return OrderDifference(order.order_id, order.home, hash_of(*parts).hex() if parts else "")


@dataclass(slots=True)
class _BrandSums:
    by_home: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    spent_of: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    liability: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class EffectSums:
    """Sums differences over orders. A member gains or loses what all its orders come to together."""

    def __init__(self) -> None:
        self._brands: dict[str, _BrandSums] = defaultdict(_BrandSums)

    def add(self, home: str, differences: Iterable[AccrualDifference]) -> None:
        """Takes in the differences of one sale."""
        for one in differences:
            self.put(home, one.brand, one.lasting, {one.liability.currency: one.money}, one.spent)

    def put(self, home: str, brand: str, points: int, liability: Mapping[str, int], spent: int = 0) -> None:
        """Takes in what a sale gains or loses at one brand, and what that stands for in minor units by currency."""
        sums = self._brands[brand]
        sums.by_home[home] += points
        sums.spent_of[home] += spent
        for currency, amount in liability.items():
            sums.liability[currency] += amount

    def effects(self) -> tuple[CorrectionEffect, ...]:
        """Per brand, by id; brands of which nothing changes are left out."""
        return tuple(_effect(brand, sums) for brand, sums in sorted(self._brands.items()))


def _effect(brand: str, sums: _BrandSums) -> CorrectionEffect:
    gains = [points for points in sums.by_home.values() if points > 0]
    losses = {home: -points for home, points in sums.by_home.items() if points < 0}
    return CorrectionEffect(
        brand=brand,
        gaining_members=len(gains),
        gained_points=checked(sum(gains), "points gained"),
        losing_members=len(losses),
        lost_points=checked(sum(losses.values()), "points lost"),
        spent_points=sum(min(lost, sums.spent_of[home]) for home, lost in losses.items()),
        liability={currency: checked(amount, "liability") for currency, amount in sorted(sums.liability.items())},
    )
