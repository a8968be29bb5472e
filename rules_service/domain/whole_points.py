"""Exact points made whole, line by line or over the order, with the sentence that says how."""

from collections.abc import Iterable, Sequence
from math import lcm

from chassis.values.rounding import Rounding, round_half_even, round_half_up
from chassis.values.splits import largest_remainder
from rules_service.domain.claim import Claim
from rules_service.domain.exact import Exact, exact_sum, exact_text

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
    claim.points = points = _rounded(exact, rounding)
    words = claim.rule.told.words(claim, currency_code)
    if points * exact[1] == exact[0]:
        claim.explanation = f"{words} {points}"
    else:
        claim.explanation = f"{words} {exact_text(exact)}, {_ROUNDED[rounding]} {points}"


def _over_lines(claims: Sequence[Claim], currency_code: str) -> None:
    """One rule's points for the whole order, split over its lines by their exact points."""
    rounding, told = claims[0].rule.rule.rounding, claims[0].rule.told
    total = exact_sum([claim.exact for claim in claims])
    points = _rounded(total, rounding)
    scale = lcm(*(claim.exact[1] for claim in claims))
    shares = largest_remainder(points, [claim.exact[0] * (scale // claim.exact[1]) for claim in claims])
    how = f"the order's {exact_text(total)} {_ROUNDED[rounding]} {points}, of which on this line"
    for claim, share in zip(claims, shares, strict=True):
        words = told.words(claim, currency_code)
        claim.points = share
        if claim.rule.per_order is None:
            claim.explanation = f"{words} {exact_text(claim.exact)}; {how} {share}"
        else:
            claim.explanation = f"{words}, of which on this line {share}"


def _rounded(exact: Exact, rounding: Rounding) -> int:
    if rounding is Rounding.FLOOR:
        return exact[0] // exact[1]
    if rounding is Rounding.HALF_UP:
        return round_half_up(*exact)
    return round_half_even(*exact)
