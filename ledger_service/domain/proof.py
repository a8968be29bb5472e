"""What proves a member who spends, and when the program asks for it (docs/adr/0069)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class ProofMethod(Enum):
    """How a member proves herself."""

    CARD_IN_HAND = "card_in_hand"
    APP_TOKEN = "app_token"
    ONE_TIME_CODE = "one_time_code"
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that identity accepted. What was told or shown is nowhere kept."""

    method: ProofMethod
    proof_id: str


@dataclass(frozen=True, slots=True)
class ProofTier:
    """Spending worth more than `above` minor units of the currency is proven with one of `methods`."""

    currency: str
    above: int
    methods: tuple[ProofMethod, ...]


@dataclass(frozen=True, slots=True)
class ProofPolicy:
    """`tiers` by currency, then from low to high. What was spent in the `window_minutes` before counts together."""

    tiers: tuple[ProofTier, ...] = ()
    window_minutes: int = 0

    def tiers_of(self, currency: str) -> tuple[ProofTier, ...]:
        """Those of one currency, from low to high."""
        return tuple(tier for tier in self.tiers if tier.currency == currency)


NO_PROOF = ProofPolicy()


@dataclass(frozen=True, slots=True)
class ProofDemand:
    """What the program asks for where points are spent, frozen when the command is made.

    `tiers` are those of the currency; `spent_before` minor units were spent or set aside shortly before, as the wallet
    stood at `at_version` (None: that was not asked, since it cannot matter).
    """

    tiers: tuple[ProofTier, ...]
    spent_before: int = 0
    at_version: int | None = None


def methods_for(tiers: Sequence[ProofTier], minor_units: int) -> tuple[ProofMethod, ...]:
    """What proves the member well enough for a value in the tiers' currency; nothing if no proof is needed."""
    exceeded = [tier for tier in tiers if minor_units > tier.above]
    return exceeded[-1].methods if exceeded else ()
