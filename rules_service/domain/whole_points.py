"""Exact points made whole, line by line or over the order, with the sentence that says how."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

from chassis.values.rounding import Rounding, round_half_even, round_half_up
from chassis.values.splits import largest_remainder
from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.earn_rule import RoundingScope
from rules_service.domain.formulas import Exact, exact_sum, exact_text

_ROUNDED = {
    Rounding.FLOOR: "rounded down to",
    Rounding.HALF_UP: "rounded half up to",
    Rounding.HALF_EVEN: "rounded half to even, to",
}


@dataclass(frozen=True, slots=True)
class Paid:
    """What a rule pays one line before rounding, and the words up to the result."""

    rule: CompiledRule
    exact: Exact
    words: str


@dataclass(frozen=True, slots=True)
class Whole:
    """What a rule pays one line in whole points (0 is possible). The explanation's last number is `points`."""

    rule: CompiledRule
    points: int
    explanation: str


def whole_points(lines: Sequence[Sequence[Paid]]) -> list[list[Whole]]:
    """What every rule pays every line, in the order given; `lines` are by number."""
    by_rule: dict[int, list[tuple[int, Paid]]] = {}
    for index, of_line in enumerate(lines):
        for paid in of_line:
            if paid.rule.rule.rounding_scope is RoundingScope.ORDER:
                by_rule.setdefault(paid.rule.ordinal, []).append((index, paid))
    shares = {ordinal: _over_lines(parts) for ordinal, parts in by_rule.items()}
    return [
        [shares[paid.rule.ordinal][index] if paid.rule.ordinal in shares else _of_line(paid) for paid in of_line]
        for index, of_line in enumerate(lines)
    ]


def _of_line(paid: Paid) -> Whole:
    points = _rounded(paid.exact, paid.rule.rule.rounding)
    explanation = f"{paid.words} {exact_text(paid.exact)}"
    if points * paid.exact[1] != paid.exact[0]:
        explanation += f", {_ROUNDED[paid.rule.rule.rounding]} {points}"
    return Whole(paid.rule, points, explanation)


def _over_lines(parts: Sequence[tuple[int, Paid]]) -> dict[int, Whole]:
    """One rule's points for the whole order, split over its lines by their exact points; by line index."""
    rule = parts[0][1].rule
    total = exact_sum([paid.exact for _, paid in parts])
    points = _rounded(total, rule.rule.rounding)
    scale = lcm(*(paid.exact[1] for _, paid in parts))
    weights = [paid.exact[0] * (scale // paid.exact[1]) for _, paid in parts]
    how = f"the order's {exact_text(total)} {_ROUNDED[rule.rule.rounding]} {points}, of which on this line"
    return {
        index: Whole(rule, share, f"{paid.words} {exact_text(paid.exact)}; {how} {share}")
        for (index, paid), share in zip(parts, largest_remainder(points, weights), strict=True)
    }


def _rounded(exact: Exact, rounding: Rounding) -> int:
    if rounding is Rounding.FLOOR:
        return exact[0] // exact[1]
    if rounding is Rounding.HALF_UP:
        return round_half_up(*exact)
    return round_half_even(*exact)
