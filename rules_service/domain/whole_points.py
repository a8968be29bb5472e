"""Exact points made whole, line by line or over the order, with the sentence that says how."""

from collections.abc import Iterable, Sequence
from math import lcm

from chassis.values.rounding import Rounding, round_half_even, round_half_up
from chassis.values.splits import largest_remainder
from rules_service.domain.claim import Claim
from rules_service.domain.exact import Exact, exact_sum, exact_text
from rules_service.domain.tier_multipliers import TierFactor

_ROUNDED = {
    Rounding.FLOOR: "rounded down to",
    Rounding.HALF_UP: "rounded half up to",
    Rounding.HALF_EVEN: "rounded half to even, to",
}


def make_whole(lines: Iterable[Sequence[Claim]], currency_code: str) -> None:
    """Sets whole points and explanation of every claim that is not outranked; `lines` are by number."""
    over_order: dict[int, list[Claim]] = {}
    for claims in lines:
        for claim in claims:
            if claim.preferred is not None:
                continue
            if claim.rule.whole_over_order:
                over_order.setdefault(claim.rule.ordinal, []).append(claim)
            else:
                _of_line(claim, currency_code)
    for of_rule in over_order.values():
        _over_lines(of_rule, currency_code)


def _of_line(claim: Claim, currency_code: str) -> None:
    exact, rounding = claim.exact, claim.rule.rule.rounding
    words = claim.rule.told.words(claim, currency_code)
    if claim.tier is not None:
        words = f"{words} {exact_text(exact)}, {_multiplied(claim.tier)}"
        exact = claim.due
    claim.points = points = _rounded(exact, rounding)
    if points * exact[1] == exact[0]:
        claim.explanation = f"{words} {points}"
    else:
        claim.explanation = f"{words} {exact_text(exact)}, {_ROUNDED[rounding]} {points}"


def _over_lines(claims: Sequence[Claim], currency_code: str) -> None:
    """One rule's points for the whole order, split over its lines by their exact points."""
    rounding, told = claims[0].rule.rule.rounding, claims[0].rule.told
    parts = [claim.due for claim in claims]
    total = exact_sum(parts)
    points = _rounded(total, rounding)
    scale = lcm(*(part[1] for part in parts))
    shares = largest_remainder(points, [part[0] * (scale // part[1]) for part in parts])
    how = f"the order's {exact_text(total)} {_ROUNDED[rounding]} {points}"
    together = _multiplied_together(claims, total, points)
    for claim, share in zip(claims, shares, strict=True):
        words = told.words(claim, currency_code)
        claim.points = share
        if claim.rule.per_order is not None:
            claim.explanation = f"{words}{together}, of which on this line {share}"
            continue
        if claim.tier is not None:
            words = f"{words} {exact_text(claim.exact)}, {_multiplied(claim.tier)}"
        claim.explanation = f"{words} {exact_text(claim.due)}; {how}, of which on this line {share}"


def _multiplied(tier: TierFactor) -> str:
    return f"×{exact_text(tier.factor)} as {tier.name} ="


def _multiplied_together(claims: Sequence[Claim], total: Exact, points: int) -> str:
    """What a tier makes of the whole number of points that a rule pays over lines together; empty without one."""
    tier = next((claim.tier for claim in claims if claim.tier is not None), None)
    if tier is None:
        return ""
    said = f", {_multiplied(tier)} {exact_text(total)}"
    return said if points * total[1] == total[0] else f"{said}, {_ROUNDED[claims[0].rule.rule.rounding]} {points}"


def _rounded(exact: Exact, rounding: Rounding) -> int:
    if rounding is Rounding.FLOOR:
        return exact[0] // exact[1]
    if rounding is Rounding.HALF_UP:
        return round_half_up(*exact)
    return round_half_even(*exact)
