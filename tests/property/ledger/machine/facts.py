"""What happens to points, as facts that are only ever added."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction

NEVER = datetime.max.replace(tzinfo=UTC)
SIGNS = {
    "earned": 1,
    "transferred_in": 1,
    "held": -1,
    "unheld": 1,
    "redeemed": -1,
    "restored": 1,
    "reversed": -1,
    "repaid": 1,
    "expired": -1,
    "adjusted": 1,
    "transferred_out": -1,
    "rescheduled": 0,
    "judged": 0,
}
"""What a point of each kind adds to what remains of its lot."""

Owed = tuple[str, str, int]
"""Debtor, creditor, cents."""


class Refused(Exception):  # noqa: N818  the model's answer
    """The reason."""


@dataclass(frozen=True)
class Place:
    """Where points are spent."""

    brand: str
    location: str = "shop"
    operator: str = "operator"
    region: str = "west"


@dataclass(frozen=True, eq=False)
class Lot:
    """What is fixed when points are given. `rolling`: months and days by which activity prolongs them."""

    home: str
    order_id: str
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
    scope: str = ""
    rolling: tuple[int, int] = (0, 0)
    origin: "Lot | None" = None

    @property
    def name(self) -> tuple[str, str, int, int, str]:
        """Names it, and is its place among all lots of a member."""
        return self.home, self.order_id, self.line, self.ordinal, self.rule

    @property
    def weights(self) -> tuple[int, ...]:
        """Shares of the funders."""
        return tuple(share for _, share in self.funders)

    def usable_at(self, place: Place) -> bool:
        """True if it may be spent there."""
        if not self.scope:
            return True
        kind, _, ids = self.scope.partition(":")
        if kind == "brands":
            return place.brand in ids.split(",")
        return ids == {"location": place.location, "operator": place.operator, "region": place.region}[kind]


@dataclass(frozen=True, eq=False)
class Fact:
    """One thing that happened to a lot.

    `pays`: the redeemed fact that a repayment pays. `borne`: what each funder of the lot bore of the price of points
    that were redeemed. `undoes`: the redeemed fact of points given back, or the repayment that was unwound. `other`:
    the lot that pays or is paid. The times are set where they change. `grant` and `shift`: what a correction added to
    the points that should have been given, and to those that would have been taken back by now. `captured`: the points
    had been set aside. `at`: when it was written, and where among the facts of its lot's home.
    """

    lot: Lot
    kind: str
    points: int
    cause: str
    cause_id: str = ""
    value: int | None = None
    price: int | None = None
    pays: "Fact | None" = None
    owed: tuple[Owed, ...] = ()
    borne: tuple[int, ...] = ()
    undoes: "Fact | None" = None
    other: Lot | None = None
    available_at: datetime | None = None
    expires_at: datetime | None = None
    grant: int = 0
    shift: int = 0
    captured: bool = False
    at: tuple[datetime, str, int] = (NEVER, "", 0)

    @property
    def moves(self) -> tuple[int, int]:
        """What it adds to what remains and to what is set aside."""
        if self.captured:
            return 0, -self.points
        return SIGNS[self.kind] * self.points, {"held": self.points, "unheld": -self.points}.get(self.kind, 0)

    @property
    def spent(self) -> int:
        """Points of a burn."""
        return abs(self.points)

    @property
    def cost(self) -> int:
        """What the funders of a burn bore of it."""
        return sum(self.borne)


@dataclass(frozen=True)
class Shop:
    """What points are worth at a brand, what share of it each entity owes, and how the brand takes them."""

    place: Place
    redeemer: str
    rate: Fraction
    shares: Mapping[str, Fraction] = field(hash=False)
    minimum: int = 1
    block: int = 1
    burn_order: tuple[str, ...] = ("restricted_scope_first", "earliest_expiry", "oldest")

    def worth(self, points: int) -> int:
        """In cents, floored."""
        cents = int(points * self.rate)
        if cents >= 2**63:
            raise Refused("AMOUNT_OUT_OF_RANGE")
        return cents
