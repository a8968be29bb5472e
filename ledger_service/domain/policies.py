"""What a program's revision says about returns, holds and people: read when a command is made, frozen in it."""

from dataclasses import dataclass
from enum import Enum

from ledger_service.domain.proof import NO_PROOF, ProofPolicy


class SpentPoints(Enum):
    """What becomes of points whose goods come back after they were spent (docs/DOMAIN.md §6)."""

    DEBT = "debt"
    REDUCE_REFUND = "reduce_refund"
    WRITE_OFF = "write_off"


class LapsedRestore(Enum):
    """What becomes of restored points that have lapsed meanwhile."""

    GRACE = "grace"
    EXPIRE = "expire"


class SettlementPolicy(Enum):
    """What is owed when points of an accrual are spent; frozen on it at its birth (docs/DOMAIN.md §9)."""

    REIMBURSE = "reimburse"
    RESERVE = "reserve"
    NONE = "none"


class BurnRule(Enum):
    """One key of the order in which points are spent."""

    OWN_BRAND_FIRST = "own_brand_first"
    RESTRICTED_SCOPE_FIRST = "restricted_scope_first"
    EARLIEST_EXPIRY = "earliest_expiry"
    OLDEST = "oldest"
    CHEAPEST_SETTLEMENT = "cheapest_settlement"


DEFAULT_BURN_ORDER = (BurnRule.RESTRICTED_SCOPE_FIRST, BurnRule.EARLIEST_EXPIRY, BurnRule.OLDEST)


@dataclass(frozen=True, slots=True)
class ReturnPolicy:
    """How returns are treated; all spans in days."""

    spent: SpentPoints = SpentPoints.DEBT
    lapsed: LapsedRestore = LapsedRestore.GRACE
    grace_days: int = 30
    announced_days: int = 30
    aged_days: int = 30


@dataclass(frozen=True, slots=True)
class HoldPolicy:
    """How long points are held for an authorization, in seconds."""

    default_seconds: int = 900
    longest_seconds: int = 2_592_000


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies of a program. `adjustment_limit`: above so many points a second person decides; None: never.
    `burn_order`: which points go first where they leave without being spent; terms of redemptions carry their own.
    `settlement`: what is owed for points that are given now; under RESERVE `reserve_entity` holds the reserve, else it
    is empty. `proofs`: above which value a member who spends proves herself."""

    returns: ReturnPolicy = ReturnPolicy()
    holds: HoldPolicy = HoldPolicy()
    adjustment_limit: int | None = None
    expiring_soon_days: int = 30
    claim_days: int = 90
    burn_order: tuple[BurnRule, ...] = DEFAULT_BURN_ORDER
    settlement: SettlementPolicy = SettlementPolicy.REIMBURSE
    reserve_entity: str = ""
    proofs: ProofPolicy = NO_PROOF


DEFAULT_POLICIES = Policies()
