"""Redemptions, the terms they are made on, and what is left to be undone or repaid of each redeemed movement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chassis.values.ids import hash_of, made_id
from chassis.values.money import Money
from chassis.values.rounding import ZERO, Ratio
from ledger_service.domain.accrual import MemberKey, PointRate
from ledger_service.domain.movement import MovementRef
from ledger_service.domain.policies import DEFAULT_BURN_ORDER, BurnRule
from ledger_service.domain.proof import Proof
from ledger_service.domain.wallet import LONG_AGO


@dataclass(frozen=True, slots=True)
class SettlementTerm:
    """What an entity pays when its points are spent, by an agreement (`domain.apply.pricing`).

    Exactly one of the first three is set: a share of face value, a share of what the points stand for in the entity's
    books, or minor units of the redemption's currency per point. None of them: the agreement has no price in that
    currency. `fee` comes on top as a part of the price; both are at most the part `cap_of_face` of face value.
    """

    agreement_id: str
    share_of_face: Ratio | None = None
    share_of_liability: Ratio | None = None
    per_point: Ratio | None = None
    fee: Ratio = ZERO
    cap_of_face: Ratio | None = None


@dataclass(frozen=True, slots=True)
class CurrencyTerm:
    """What one minor unit of another currency is in minor units of the redemption's, by a rate of the program."""

    rate_id: str
    minor_units: Ratio


@dataclass(frozen=True, slots=True)
class Worth:
    """What a point is worth at a brand, and why."""

    brand: str
    brand_name: str
    rate: PointRate
    reason: str


class NamedPoint(NamedTuple):
    """What a brand calls its points, and how many of them it shows for one of the program."""

    name: str
    per_point: int


@dataclass(frozen=True, slots=True)
class RedemptionTerms:
    """What points are worth at one brand and place, and what entities owe for them; `settlement` by entity,
    `currencies` by the other currency."""

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
    minimum_points: int = 1
    block_points: int = 1
    burn_order: tuple[BurnRule, ...] = DEFAULT_BURN_ORDER
    named_point: NamedPoint | None = None
    currencies: Mapping[str, CurrencyTerm] = field(default_factory=dict)

    def takes(self, points: int) -> bool:
        """True if the brand takes that number: its minimum or more, in its blocks."""
        return points >= self.minimum_points and points % self.block_points == 0

    def most_of(self, points: int) -> int:
        """The largest number, up to `points`, that the brand takes; 0 if it takes none."""
        most = points - points % self.block_points
        return most if self.takes(most) else 0


IMPLIED_LINE = 1
"""A redemption that is not attached to an order has one line."""


@dataclass(frozen=True, slots=True)
class RedemptionPiece:
    """A part of a redeemed movement that pays one line; `value` and `restored_value` in minor units.

    `restored_points` and `restored_value` are cumulative. The pieces of a movement sum to its points and value.
    `agreements` has one id per funder of the accrual: by which it owed its part of the price, empty if it owed nobody;
    `rates` likewise, empty if no rate priced any of it.
    """

    line_number: int
    movement: MovementRef
    accrual_id: str
    points: int
    value: int
    restored_points: int = 0
    restored_value: int = 0
    agreements: tuple[str, ...] = ()
    rates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Redemption:
    """Points spent at one brand: one rate, one redeemer, exact pieces by line and then in burn order.

    `authorization_id` is empty if it was made in one step, `order_id` if it is not attached to an order. `proof` is how
    the member proved herself, None if the program asked for none.
    """

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
    authorization_id: str = ""
    order_id: str = ""
    pieces: tuple[RedemptionPiece, ...] = ()
    proof: Proof | None = None

    @property
    def restored_points(self) -> int:
        """Points given back so far."""
        return sum(piece.restored_points for piece in self.pieces)

    @property
    def restored_value(self) -> int:
        """What they were worth, in minor units."""
        return sum(piece.restored_value for piece in self.pieces)

    @property
    def line_numbers(self) -> tuple[int, ...]:
        """The lines it pays, in order."""
        return tuple(dict.fromkeys(piece.line_number for piece in self.pieces))

    def of_line(self, line_number: int) -> tuple[RedemptionPiece, ...]:
        """The pieces that pay one line, in burn order."""
        return tuple(piece for piece in self.pieces if piece.line_number == line_number)


@dataclass(frozen=True, slots=True)
class Burn:
    """A redeemed movement: its price, how much of it was given back, and how much debt repayments have paid of it.

    `borne` is what each funder of the accrual bore of the price, in the order of its funders: each has its own terms,
    and gets back what it bore. `repaid_price` follows the cumulative half-up share of what is not restored of the
    price, so that nobody profits from how the repayments were cut. A burn that itself repays a debt names the burn it
    `pays` and the accrual that owed (`debtor`, empty otherwise). If its points owe nobody (`Accrual.owes_nobody`), its
    price is 0 and `waived` is what still stands of the part of that burn's price that nobody pays for it.
    """

    program: str
    movement: MovementRef
    accrual_id: str
    points: int
    price: Money
    borne: tuple[int, ...]
    repaid_points: int = 0
    repaid_price: int = 0
    post_time: datetime = LONG_AGO
    restored_points: int = 0
    restored_price: int = 0
    pays: MovementRef | None = None
    debtor: str = ""
    waived: int = 0

    @property
    def home_key(self) -> MemberKey:
        """The home whose chain the movement lies in."""
        return MemberKey(self.program, self.movement.home)

    @property
    def unpaid(self) -> int:
        """Points of it that a repayment may still pay. What money has paid may be restored too: that leaves nothing."""
        return max(0, self.points - self.restored_points - self.repaid_points)

    @property
    def unrestored(self) -> int:
        """Points of it that were not given back."""
        return self.points - self.restored_points


def redemption_id_of(program: str, caller: str, request_id: str) -> str:
    """The id of a redemption made in one step, or by capturing an authorization in a call of its own."""
    return made_id("red", program, caller, request_id)


def tender_redemption_id_of(order_id: str, authorization_id: str) -> str:
    """The id of a redemption that captures an authorization in an order's own commit."""
    return made_id("red", order_id, authorization_id)


def redemption_key(program: str, redemption_id: str) -> bytes:
    """The directory key of a redemption."""
    return hash_of("redemption", program, redemption_id)
