"""By how much tiers multiply base points, ready for judging: ladder, brand and day → tier → factor."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rules_service.domain.buyer import Buyer
from rules_service.domain.exact import Exact, greater
from rules_service.domain.ladders import Ladder, Tier


class TierFactor(NamedTuple):
    """A tier that multiplies the base points of a brand, by more than 1. `name` is the tier's, for people."""

    ladder_id: str
    tier_id: str
    name: str
    factor: Exact


class Rungs(NamedTuple):
    """The tiers of a ladder that multiply the base points of a brand, at least one, by id."""

    ladder_id: str
    factors: Mapping[str, TierFactor]


class TierMultipliers:
    """All multipliers of a program. Immutable but for what it has at hand."""

    __slots__ = ("_at_hand", "_cuts", "_ladders")

    def __init__(self, ladders: Sequence[Ladder]) -> None:
        self._ladders = sorted(ladders, key=lambda ladder: ladder.ladder_id)
        self._cuts = sorted({version.start for ladder in ladders for version in ladder.versions if version.start})
        self._at_hand: dict[tuple[str, int], tuple[Rungs, ...]] = {}

    def greatest(self, buyer: Buyer, brand_id: str, day: date) -> TierFactor | None:
        """Of all ladders whose version of the local date gives the member's tier a multiplier for the brand, the
        greatest; of equals that of the first ladder by id. Notes each ladder on which another tier would matter."""
        best: TierFactor | None = None
        for rungs in self._rungs(brand_id, day):
            found = rungs.factors.get(buyer.tier_on(rungs.ladder_id))
            if found is not None and (best is None or greater(found.factor, best.factor)):
                best = found
        return best

    def _rungs(self, brand_id: str, day: date) -> tuple[Rungs, ...]:
        if not self._ladders:
            return ()
        key = brand_id, bisect_right(self._cuts, day)
        rungs = self._at_hand.get(key)
        if rungs is None:
            rungs = self._at_hand[key] = tuple(self._found(brand_id, day))
        return rungs

    def _found(self, brand_id: str, day: date) -> list[Rungs]:
        found: list[Rungs] = []
        for ladder in self._ladders:
            version = ladder.at(day)
            factors = [_factor(ladder.ladder_id, tier, brand_id) for tier in version.tiers] if version else []
            multiplying = {factor.tier_id: factor for factor in factors if factor is not None}
            if multiplying:
                found.append(Rungs(ladder.ladder_id, multiplying))
        return found


def _factor(ladder_id: str, tier: Tier, brand_id: str) -> TierFactor | None:
    """The factor that names the brand, else that of all others; None if it changes nothing."""
    by_brand = {multiplier.brand_id: multiplier.factor for multiplier in tier.benefits.multipliers}
    factor = by_brand.get(brand_id, by_brand.get(""))
    if factor is None or factor.numerator == factor.denominator:
        return None
    return TierFactor(ladder_id, tier.tier_id, tier.name or tier.tier_id, (factor.numerator, factor.denominator))
