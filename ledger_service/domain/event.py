"""Events: one per applied command, with everything settlement needs and no personal data."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.explanation import Judgement
from ledger_service.domain.limits import LimitReached
from ledger_service.domain.movement import Link, Movement
from ledger_service.domain.proof import Proof
from ledger_service.domain.sold import SoldLine
from ledger_service.domain.standing.wallet import TierChange


class EventType(Enum):
    """What kind of command was applied."""

    ORDER_POSTED = "order_posted"
    RETURN_POSTED = "return_posted"
    POINTS_REDEEMED = "points_redeemed"
    ORDER_CLAIMED = "order_claimed"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_EXCHANGED = "order_exchanged"
    ORDER_CORRECTED = "order_corrected"
    PENDING_ACTIVATED = "pending_activated"
    PENDING_CANCELLED = "pending_cancelled"
    REDEMPTION_AUTHORIZED = "redemption_authorized"
    HOLD_INCREASED = "hold_increased"
    REDEMPTION_CAPTURED = "redemption_captured"
    REDEMPTION_VOIDED = "redemption_voided"
    REDEMPTION_RESTORED = "redemption_restored"
    RETURN_OPENED = "return_opened"
    RETURN_CANCELLED = "return_cancelled"
    RETURN_PARKED = "return_parked"
    RETURN_RESOLVED = "return_resolved"
    EXPIRY_EXTENDED = "expiry_extended"
    WALLET_SWEPT = "wallet_swept"
    POINTS_ADJUSTED = "points_adjusted"
    ADJUSTMENT_DECIDED = "adjustment_decided"
    TRANSFER_SENT = "transfer_sent"
    TRANSFER_RECEIVED = "transfer_received"
    TIER_SET = "tier_set"
    STANDING_CHANGED = "standing_changed"
    PERIOD_CUT = "period_cut"
    MEMBERS_MERGED = "members_merged"
    MEMBERS_UNMERGED = "members_unmerged"
    POINTS_IMPORTED = "points_imported"
    IMPORT_WITHDRAWN = "import_withdrawn"
    POOLING_CHANGED = "pooling_changed"


@dataclass(frozen=True, slots=True)
class RecordedMovement:
    """A movement with its accrual as it stands after it."""

    movement: Movement
    accrual: Accrual


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of a home's movement chain after an event."""

    home: str
    link: Link


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log. `brand` and `redeemer` are set for redemptions; `subject_id` is the order, return or
    redemption made. `judgements` are why rules gave what they gave; `sold_lines` are a sale's lines that earned points,
    with what was paid for them. The offer fields are room for what later revisions capture."""

    program: str
    position: LogPosition
    type: EventType
    root: str
    wallet_version: int
    caller: str
    request_id: str
    subject_id: str
    revision: str
    location_id: str
    operator: str
    region: str
    channel: str
    brand: str
    redeemer: str
    influenced_by_offer_id: str
    offer_owner: str
    member_home_location_id: str
    occur_time: datetime
    post_time: datetime
    movements: tuple[RecordedMovement, ...]
    chain_heads: tuple[ChainHead, ...]
    traceparent: str
    settled_returns: tuple[str, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    limits_reached: tuple[LimitReached, ...] = ()
    tier_changes: tuple[TierChange, ...] = ()
    sold_lines: tuple[SoldLine, ...] = ()
    proof: Proof | None = None
