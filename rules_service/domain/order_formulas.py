"""Effects on an order's lines together made ready for judging.

The total is a whole number of points. A line's exact part of it goes by what was paid for the line; if nothing was
paid for any, by pieces; if there are none either, every line has the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rules_service.domain.breakdown import Breakdown, Counted, fixed
from rules_service.domain.categories import CategoryTree
from rules_service.domain.effects import Bundle, BundlePart, FixedPoints, ThresholdSteps
from rules_service.domain.exact import NOTHING, Exact
from rules_service.domain.formulas import ANY_CURRENCY, Told
from rules_service.domain.grounds import Grounds, Spread
from rules_service.domain.numbers import exact_money_text, money_text
from rules_service.domain.order import OrderLine
from rules_service.domain.steps import Steps, below_all, step_reached, steps_by_currency
from rules_service.domain.wording import Wording, points_text


class OrderFormula(Told, Protocol):
    """An effect that looks at all lines that its rule selects, together."""

    def spread(self, selected: Sequence[Grounds], currency_code: str) -> None:
        """Works the total out and gives every line its part: sets `exact` and `spread` of each."""


@dataclass(frozen=True, slots=True)
class FixedForOrder:
    """A number of points for the lines together."""

    points: int
    wording: Wording
    currencies: frozenset[str] = ANY_CURRENCY

    def spread(self, selected: Sequence[Grounds], currency_code: str) -> None:
        """The points over all lines."""
        _share_out(self.points, selected, NOTHING)

    def words(self, grounds: Grounds, currency_code: str) -> str:
        """The points."""
        return f"{self.wording.label}{points_text(str(self.points))} for the order"

    def breakdown(self, grounds: Grounds, currency_code: str) -> Breakdown:
        """Nothing is counted."""
        return fixed(grounds.exact)


@dataclass(frozen=True, slots=True)
class StepsForOrder:
    """The points of the highest step that the lines reach together. Steps of a currency (minor units, points)
    descend."""

    steps: Mapping[str, Steps]
    currencies: frozenset[str]
    wording: Wording

    def spread(self, selected: Sequence[Grounds], currency_code: str) -> None:
        """The points of the step over all lines."""
        share = selected[0].share or (1, 1)
        paid = sum(grounds.line.earn_base for grounds in selected) * share[0], share[1]
        step = step_reached(self.steps[currency_code], paid)
        _share_out(step[1] if step is not None else 0, selected, paid)

    def words(self, grounds: Grounds, currency_code: str) -> str:
        """The amount, the step it reaches, and its points."""
        assert grounds.spread is not None
        paid, steps = grounds.spread.counted, self.steps[currency_code]
        said = f"{self.wording.label}{exact_money_text(paid, currency_code)}"
        if grounds.share is not None:
            said += f" by {self.wording.means}"
        step = step_reached(steps, paid)
        if step is None:
            return f"{said} in the order {below_all(steps, currency_code)}"
        return f"{said} in the order reaches {money_text(step[0], currency_code)}: {points_text(str(step[1]))}"

    def breakdown(self, grounds: Grounds, currency_code: str) -> Breakdown:
        """The points of a step are a fixed number."""
        return fixed(grounds.exact)


def part_of(line: OrderLine, categories: Sequence[str], parts: Sequence[BundlePart]) -> int | None:
    """The first part of a set that the line fits, by place; `categories` are the line's with those above them."""
    for place, part in enumerate(parts):
        if (not part.skus or line.sku in part.skus) and (
            not part.category_ids or any(category_id in part.category_ids for category_id in categories)
        ):
            return place
    return None


@dataclass(frozen=True, slots=True)
class BundleForOrder:
    """Points for each complete set, over the lines that fit a part of it; `most` 0: for all sets."""

    points: int
    parts: tuple[BundlePart, ...]
    most: int
    tree: CategoryTree
    wording: Wording
    currencies: frozenset[str] = ANY_CURRENCY

    def spread(self, selected: Sequence[Grounds], currency_code: str) -> None:
        """The points of the sets over the lines; each fits a part, else the rule did not select it."""
        pieces = [0] * len(self.parts)
        for grounds in selected:
            place = part_of(grounds.line, self.tree.with_above(grounds.line.category_ids), self.parts)
            if place is not None:
                pieces[place] += grounds.line.quantity
        sets = min(count // part.quantity for count, part in zip(pieces, self.parts, strict=True))
        if self.most:
            sets = min(sets, self.most)
        _share_out(self.points * sets, selected, (sets, 1))

    def words(self, grounds: Grounds, currency_code: str) -> str:
        """How many sets there are, and their points."""
        assert grounds.spread is not None
        sets = grounds.spread.counted[0]
        noun = "set" if sets == 1 else "sets"
        said = f"{self.wording.label}{sets} {noun} at {points_text(str(self.points))} each"
        return f"{said} = {grounds.spread.points} for the order"

    def breakdown(self, grounds: Grounds, currency_code: str) -> Breakdown:
        """Complete sets; the rate is the line's part of a set's points."""
        assert grounds.spread is not None
        sets, points = grounds.spread.counted, grounds.spread.points
        rate = (grounds.exact[0] * self.points, grounds.exact[1] * points) if points else NOTHING
        return Breakdown(Counted.SETS, sets, "", rate, grounds.exact)


def _share_out(points: int, lines: Sequence[Grounds], counted: Exact) -> None:
    weights = [grounds.line.earn_base for grounds in lines]
    if not any(weights):
        weights = [grounds.line.quantity for grounds in lines]
    if not any(weights):
        weights = [1] * len(lines)
    spread = Spread(points, counted)
    whole = sum(weights)
    for grounds, weight in zip(lines, weights, strict=True):
        grounds.exact = points * weight, whole
        grounds.spread = spread


OrderEffect = FixedPoints | ThresholdSteps | Bundle


def order_formula(effect: OrderEffect, wording: Wording, tree: CategoryTree) -> OrderFormula:
    """An effect on lines together, ready for judging."""
    if isinstance(effect, FixedPoints):
        return FixedForOrder(effect.points, wording)
    if isinstance(effect, ThresholdSteps):
        steps = steps_by_currency(effect)
        return StepsForOrder(steps, frozenset(steps), wording)
    return BundleForOrder(effect.points, effect.parts, effect.most, tree, wording)
