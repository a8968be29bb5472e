"""How points of a program are spent, come back and are cared for, as values; the defaults are the program's own."""

from dataclasses import dataclass
from enum import Enum

from chassis.values.money import Money


class BurnKey(Enum):
    """What decides which of a member's points are spent first."""

    OWN_BRAND_FIRST = "own_brand_first"
    RESTRICTED_SCOPE_FIRST = "restricted_scope_first"
    EARLIEST_EXPIRY = "earliest_expiry"
    OLDEST = "oldest"
    CHEAPEST_SETTLEMENT = "cheapest_settlement"


class Redeemer(Enum):
    """Who gives value for points and is owed: the redeeming brand's entity, or the location's operator."""

    BRAND_ENTITY = "brand_entity"
    OPERATOR = "operator"


class SpentPoints(Enum):
    """What becomes of returned points that were spent: the member owes them, the refund shrinks, the issuer bears
    them."""

    DEBT = "debt"
    REDUCE_REFUND = "reduce_refund"
    WRITE_OFF = "write_off"


class AgreementGaps(Enum):
    """Whether a program may leave open what an entity owes when its points are spent where they can be spent.

    Where it is open such a redemption is refused. Refused by default: who pools points means them to be spent.
    """

    REFUSED = "refused"
    ALLOWED = "allowed"


class ProofMethod(Enum):
    """How a member shows that points are hers, the weakest first."""

    CARD_IN_HAND = "card_in_hand"
    APP_TOKEN = "app_token"
    ONE_TIME_CODE = "one_time_code"
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class ProofTier:
    """Spending worth more than `above`, one amount a currency, is proven with one of `methods`, each once."""

    above: tuple[Money, ...]
    methods: tuple[ProofMethod, ...]


@dataclass(frozen=True, slots=True)
class RedemptionPolicy:
    """`burn_order` has distinct keys, the first decides first; ties fall to accrual order.

    `hold_seconds` is how long an authorization holds unless it says otherwise, at most `longest_hold_seconds`.
    `agreement_gaps` counts when a program is applied, and never afterwards. `spending_proof` goes from low to high in
    every currency; what was spent in the `proof_window_minutes` before counts together, 0: each spending alone. What a
    till links to a member who existed already proves nothing for `fresh_link_hours`, unless she proved herself to it.
    """

    burn_order: tuple[BurnKey, ...] = (BurnKey.RESTRICTED_SCOPE_FIRST, BurnKey.EARLIEST_EXPIRY, BurnKey.OLDEST)
    redeemer: Redeemer = Redeemer.BRAND_ENTITY
    hold_seconds: int = 900
    longest_hold_seconds: int = 2_592_000
    agreement_gaps: AgreementGaps = AgreementGaps.REFUSED
    spending_proof: tuple[ProofTier, ...] = ()
    proof_window_minutes: int = 15
    fresh_link_hours: int = 24


@dataclass(frozen=True, slots=True)
class ReturnPolicy:
    """`grace_days` is how long points live that are given back after they lapsed; 0: they expire at once.

    An announced return holds points for `announced_days`; one that waits for its sale is aged after `aged_days`.
    """

    spent_points: SpentPoints = SpentPoints.DEBT
    grace_days: int = 30
    announced_days: int = 30
    aged_days: int = 30


@dataclass(frozen=True, slots=True)
class Policies:
    """`adjustment_limit_points`: an adjustment of more, either way, needs a second person; None: none does.

    Safe by default: somebody who adjusts ten thousand points alone is a fault to be noticed, not a custom.
    `expiring_soon_days` is what the wallet calls soon; `anonymous_claim_days` how long after the sale an order without
    member can be claimed.
    """

    redemption: RedemptionPolicy = RedemptionPolicy()
    returns: ReturnPolicy = ReturnPolicy()
    adjustment_limit_points: int | None = 10_000
    expiring_soon_days: int = 30
    anonymous_claim_days: int = 90


DEFAULTS = Policies()
