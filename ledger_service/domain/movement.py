"""Movements: append-only changes to accruals, the only way points ever move (docs/DOMAIN.md §2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from chassis.values.canonical import GENESIS, Plain, chained_hash
from chassis.values.money import Money
from ledger_service.domain.accrual import Accrual, moment


class MovementKind(Enum):
    """What a movement does to its accrual; the value is how it is stored."""

    EARNED = "earned"
    IMPORTED = "imported"
    TRANSFERRED_IN = "transferred_in"
    HELD = "held"
    UNHELD = "unheld"
    REDEEMED = "redeemed"
    RESTORED = "restored"
    REVERSED = "reversed"
    REPAID = "repaid"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"
    TRANSFERRED_OUT = "transferred_out"
    RESCHEDULED = "rescheduled"


REMAINING_SIGN: Mapping[MovementKind, int] = {
    MovementKind.EARNED: 1,
    MovementKind.IMPORTED: 1,
    MovementKind.TRANSFERRED_IN: 1,
    MovementKind.HELD: -1,
    MovementKind.UNHELD: 1,
    MovementKind.REDEEMED: -1,
    MovementKind.RESTORED: 1,
    MovementKind.REVERSED: -1,
    MovementKind.REPAID: 1,
    MovementKind.EXPIRED: -1,
    MovementKind.ADJUSTED: 1,
    MovementKind.TRANSFERRED_OUT: -1,
    MovementKind.RESCHEDULED: 0,
}
"""What one point of a kind adds to `remaining`."""

HELD_SIGN: Mapping[MovementKind, int] = {MovementKind.HELD: 1, MovementKind.UNHELD: -1}
"""What one point of a kind adds to `held`; 0 where missing."""

BIRTHS = frozenset({MovementKind.EARNED, MovementKind.IMPORTED, MovementKind.TRANSFERRED_IN})
"""Kinds that begin an accrual; so does ADJUSTED where a person gives points (`begins`)."""


class Cause(Enum):
    """Why a movement happened."""

    ORDER = "order"
    REDEMPTION = "redemption"
    RETURN = "return"
    REPAYMENT = "repayment"
    TIME = "time"
    AUTHORIZATION = "authorization"
    CORRECTION = "correction"
    ADJUSTMENT = "adjustment"
    TRANSFER = "transfer"
    PENDING = "pending"
    EXTENSION = "extension"
    IMPORT = "import"


ACTIVITIES = frozenset({(MovementKind.EARNED, Cause.ORDER), (MovementKind.REDEEMED, Cause.REDEMPTION)})
"""Earning and spending: what prolongs points that roll. So the last activity as of any past instant follows from
movements (the function `accruals_at` of migration 0010 says the same)."""


class MovementRef(NamedTuple):
    """Names a movement: the home whose chain it lies in, and its place there."""

    home: str
    sequence: int


class Link(NamedTuple):
    """The end of a home's movement chain: how many movements it has, and the hash of the last."""

    length: int
    hash: bytes


CHAIN_START = Link(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Obligation:
    """What `debtor` owes `creditor` because of one movement; negative where an earlier one is undone. `rate_id`: the
    exchange rate that priced it, empty if none was needed."""

    debtor: str
    creditor: str
    amount: Money
    agreement_id: str
    rate_id: str = ""


@dataclass(frozen=True, slots=True)
class CarryingChange:
    """What a movement changes in one funder's books, in minor units of `currency`."""

    entity: str
    currency: str
    liability: int
    receivable: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a movement is worth and who owes whom for it.

    `value`: to the shopper. `price`: between the entities, all funders together. `pays`: the redeemed movement
    whose debt is repaid. `place_entity`: who owes itself what of the price no obligation says, because it is a funder
    too: the redeemer of redeemed and restored points, who kept the money for points made good. `place_brand`: where
    redeemed and restored points were spent, empty for repayments; an order may be paid at several brands. Both are told
    in events only, whose hash covers them; they follow from the redemption or the return.
    """

    value: Money | None = None
    price: Money | None = None
    pays: MovementRef | None = None
    obligations: tuple[Obligation, ...] = ()
    place_entity: str = ""
    place_brand: str = ""


NOTHING_OWED = Settlement()


@dataclass(frozen=True, slots=True)
class Movement:
    """One change to one accrual; `points` are positive except for ADJUSTED and an unwound REPAID."""

    home: str
    sequence: int
    accrual_id: str
    kind: MovementKind
    points: int
    remaining_after: int
    held_after: int
    cause: Cause
    cause_id: str
    line_number: int
    settlement: Settlement
    carrying: tuple[CarryingChange, ...]
    occur_time: datetime
    post_time: datetime
    available_time: datetime | None
    expire_time: datetime | None
    hash: bytes

    @property
    def ref(self) -> MovementRef:
        """Its name."""
        return MovementRef(self.home, self.sequence)


def begins(kind: MovementKind, cause_id: str, accrual: Accrual) -> bool:
    """True if such a movement is the birth of `accrual`: what a person gives is born of its adjustment."""
    return kind in BIRTHS or (kind is MovementKind.ADJUSTED and cause_id == accrual.order_id)


def movement_hash(previous: bytes, program: str, movement: Movement, born: Accrual | None) -> bytes:
    """The link of `movement` in its home's chain; `born` is the accrual if the movement begins it.

    Carrying amounts are left out: they follow from the accrual's frozen rate and the balance. What obligations name a
    rate are encoded as version 2, which has it behind the agreement; all others are as they always were.
    """
    settlement = movement.settlement
    rated = any(owed.rate_id for owed in settlement.obligations)
    content: Plain = [
        program,
        movement.home,
        movement.sequence,
        movement.accrual_id,
        movement.kind.value,
        [movement.points, movement.remaining_after, movement.held_after],
        [movement.cause.value, movement.cause_id, movement.line_number],
        _money(settlement.value),
        _money(settlement.price),
        list(settlement.pays) if settlement.pays else None,
        [_owed(obligation, rated) for obligation in settlement.obligations],
        moment(movement.occur_time),
        moment(movement.post_time),
        moment(movement.available_time),
        moment(movement.expire_time),
        born.birth_facts() if born else None,
    ]
    return chained_hash(previous, "movement/2" if rated else "movement/1", content)


def _owed(obligation: Obligation, rated: bool) -> Plain:
    owed = [obligation.debtor, obligation.creditor, _money(obligation.amount), obligation.agreement_id]
    return [*owed, obligation.rate_id] if rated else owed


def _money(money: Money | None) -> Plain:
    return None if money is None else [money.currency_code, money.minor_units]
