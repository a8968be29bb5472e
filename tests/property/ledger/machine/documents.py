"""Sales, holds, redemptions, returns and proposals of a member."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.property.ledger.machine.facts import Fact, Lot, Shop


@dataclass
class Sale:
    """A sale: what was sold of each line by basis, the lots of its lines, and how much of each line came back."""

    document: str
    order_id: str
    home: str
    at: datetime
    lines: dict[int, dict[str, int]]
    brands: dict[int, str]
    location: str
    state: str = "evaluated"
    lots: list[Lot] = field(default_factory=list)
    returned: dict[int, tuple[str, int]] = field(default_factory=dict)
    redemptions: list[str] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)

    def copy(self) -> "Sale":
        """An independent one."""
        return replace(
            self,
            lots=list(self.lots),
            returned=dict(self.returned),
            redemptions=list(self.redemptions),
            returns=list(self.returns),
            corrections=list(self.corrections),
        )


@dataclass
class Hold:
    """Points set aside; `shop` of an authorization, None of an announced return."""

    hold_id: str
    time_out: datetime
    parts: list[tuple[Lot, int]]
    shop: Shop | None
    state: str = "open"
    points: int = 0
    captured: int = 0
    captured_value: int = 0

    def copy(self) -> "Hold":
        """An independent one."""
        return replace(self, parts=list(self.parts))

    @property
    def holds(self) -> int:
        """What it still holds."""
        return sum(points for _, points in self.parts)


@dataclass
class Piece:
    """A part of a redeemed fact that pays one line, and what of it was given back."""

    line: int
    burn: Fact
    points: int
    value: int
    back: int = 0
    back_value: int = 0


@dataclass
class Redemption:
    """Points spent at one brand."""

    redemption_id: str
    shop: Shop
    points: int
    value: int
    pieces: list[Piece]
    order_id: str = ""

    def copy(self) -> "Redemption":
        """An independent one."""
        return replace(self, pieces=[replace(piece) for piece in self.pieces])

    @property
    def back(self) -> int:
        """Points given back."""
        return sum(piece.back for piece in self.pieces)

    @property
    def back_value(self) -> int:
        """What they were worth."""
        return sum(piece.back_value for piece in self.pieces)


@dataclass(frozen=True)
class Back:
    """Goods coming back: so much of one line of a sale; `amount` is None for all that is left."""

    document: str
    line: int
    basis: str
    amount: int | None


@dataclass(frozen=True)
class Policy:
    """How a program treats returns."""

    spent: str = "debt"
    lapsed: str = "grace"
    grace_days: int = 30
    announced_days: int = 30


@dataclass
class Return:
    """A return that was posted or is parked."""

    return_id: str
    document: str
    root: str
    backs: list[Back]
    state: str
    policy: Policy
    awaited: list[str] = field(default_factory=list)
    reason: str = ""

    def copy(self) -> "Return":
        """An independent one."""
        return replace(self, awaited=list(self.awaited))


@dataclass
class Proposal:
    """An adjustment that waits for a second person, or was decided."""

    adjustment_id: str
    home: str
    points: int
    brand: str
    lot: Lot | None
    lot_id: str
    expires_at: datetime | None
    state: str

    def copy(self) -> "Proposal":
        """An independent one."""
        return replace(self)


@dataclass
class Transfer:
    """Points on their way to another member: parts of lots as they stood."""

    transfer_id: str
    receiver: str
    parts: list[tuple[Lot, int, datetime | None, datetime | None]]

    def copy(self) -> "Transfer":
        """The same; it never changes."""
        return self
