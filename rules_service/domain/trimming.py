"""Limits of lines and orders, applied to whole points in accrual order (docs/DOMAIN.md §4 'Caps and budgets').

They need no memory beyond the order, so it is rules that trim by them; what is trimmed to nothing is not replaced.
"""

from collections.abc import Iterable, Mapping, Sequence

from chassis.values.integers import INT64_MAX
from chassis.values.rounding import Ratio, round_half_up
from rules_service.domain.claim import Claim
from rules_service.domain.limits import Limit

_Key = tuple[str, int]
"""A limit and the line it counts, 0 for all of the order."""


def trim(lines: Mapping[int, Sequence[Claim]], currency_code: str) -> None:
    """Takes from the claims what their limits do not leave; `lines` are by number and in its order."""
    used: dict[_Key, _Used] = {}
    for line_number, claims in lines.items():
        for claim in claims:
            limits = claim.rule.limits
            if claim.points and (limits.of_lines or limits.of_orders):
                keyed: list[tuple[_Key, Limit]] = [((limit.limit_id, line_number), limit) for limit in limits.of_lines]
                keyed += [((limit.limit_id, 0), limit) for limit in limits.of_orders]
                _trim(claim, [(limit, used.setdefault(key, _Used())) for key, limit in keyed], currency_code)


def most_points(minor_units: int, rate: Ratio) -> int:
    """The most points that stand for at most so much money (at least 0), rounded half up; `rate` is above 0."""
    return ((2 * minor_units + 1) * rate.denominator - 1) // (2 * rate.numerator)


class _Used:
    """What of a limit is used."""

    __slots__ = ("minor_units", "points")

    def __init__(self) -> None:
        self.points = 0
        self.minor_units = 0


def _trim(claim: Claim, limits: Iterable[tuple[Limit, _Used]], currency_code: str) -> None:
    """Of limits that leave equally few it is the first by id that trims."""
    rate = claim.rule.liability[currency_code].minor_units_per_point
    left, by = claim.points, ""
    for limit, used in sorted(limits, key=lambda one: one[0].limit_id):
        leaves = _left(limit, used, currency_code, rate)
        if leaves < left:
            left, by = leaves, limit.limit_id
    for _, used in limits:
        used.points += left
        used.minor_units += round_half_up(left * rate.numerator, rate.denominator)
    if by:
        claim.trim(left, by)


def _left(limit: Limit, used: _Used, currency_code: str, rate: Ratio) -> int:
    left: list[int] = []
    if limit.points is not None:
        left.append(limit.points - used.points)
    if limit.money is not None and limit.money.currency_code == currency_code:
        left.append(most_points(limit.money.minor_units - used.minor_units, rate))
    return min(left, default=INT64_MAX)
