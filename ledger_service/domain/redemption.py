"""Redemptions, the terms they are made on, and what is left to be undone or repaid of each redeemed movement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.values.money import Money
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import MemberKey, PointRate
from ledger_service.domain.movement import MovementRef


@dataclass(frozen=True, slots=True)
class SettlementTerm:
    """What an entity pays when its points are spent: a share of face value, by an agreement."""

    agreement_id: str
    share_of_face: Ratio


@dataclass(frozen=True, slots=True)
class Worth:
    """What a point is worth at a brand, and why."""

    brand: str
    brand_name: str
    rate: PointRate
    reason: str


@dataclass(frozen=True, slots=True)
class RedemptionTerms:
    """What points are worth at one brand and place, and what entities owe for them; `settlement` by entity."""

    revision: str
    redeemer: str
    operator: str
    region: str
    here: Worth
    settlement: Mapping[str, SettlementTerm]
    elsewhere: tuple[Worth, ...]
    start_time: datetime | None
    end_time: datetime | None
    point_name: str


@dataclass(frozen=True, slots=True)
class Redemption:
    """Points spent at one brand, as a till sees it."""

    program: str
    redemption_id: str
    root: str
    brand: str
    redeemer: str
    location_id: str
    points: int
    value: Money
    rate: PointRate
    revision: str
    occur_time: datetime
    post_time: datetime


@dataclass(frozen=True, slots=True)
class Burn:
    """A redeemed movement and how much of it debt repayments have paid so far.

    `borne` is what each funder of the accrual bore of the price, in the order of its funders: each has its own terms,
    and gets back what it bore. `repaid_price` is cumulative, round half-up of price · repaid_points / points, so that
    nobody profits from how the repayments were cut.
    """

    program: str
    movement: MovementRef
    accrual_id: str
    points: int
    price: Money
    borne: tuple[int, ...]
    repaid_points: int = 0
    repaid_price: int = 0

    @property
    def home_key(self) -> MemberKey:
        """The home whose chain the movement lies in."""
        return MemberKey(self.program, self.movement.home)

    @property
    def unpaid(self) -> int:
        """Points of it that a repayment may still pay."""
        return self.points - self.repaid_points
