"""Effects made ready for judging lines: exact points as integer fractions, and the words that explain them."""

from dataclasses import dataclass
from math import lcm
from typing import Protocol

from rules_service.domain.earn_rule import (
    BaseMultiplier,
    EarnRule,
    PointsPerAmount,
    PointsPerMeasure,
    PointsPerUnit,
)
from rules_service.domain.numbers import money_text, number_text, ratio_text
from rules_service.domain.order import OrderLine

Exact = tuple[int, int]
"""A non-negative number as (numerator, denominator > 0), not reduced: cheaper than a Fraction on the hot path."""

NOTHING: Exact = (0, 1)
MILLI = 1000


def exact_sum(parts: list[Exact]) -> Exact:
    """The sum of exact numbers."""
    if len(parts) == 1:
        return parts[0]
    denominator = lcm(*(part[1] for part in parts))
    return sum(part[0] * (denominator // part[1]) for part in parts), denominator


def exact_text(value: Exact) -> str:
    """An exact number as text."""
    return number_text(*value)


class Formula(Protocol):
    """An effect applied to lines. `currency_code` is empty if the effect does not depend on one."""

    @property
    def currency_code(self) -> str:
        """The only currency the effect pays in; empty: any."""

    def exact(self, line: OrderLine, base: Exact) -> Exact:
        """Points before rounding; `base` is the sum of the line's base rules before rounding."""

    def words(self, line: OrderLine, currency_code: str) -> str:
        """What was counted and at which rate, up to the result: `60.00 USD at 1 point per 1.00 USD =`."""


@dataclass(frozen=True, slots=True)
class PerAmount:
    """Points for money paid: minor units · numerator / denominator."""

    currency_code: str
    numerator: int
    denominator: int
    label: str
    rate: str

    def exact(self, line: OrderLine, base: Exact) -> Exact:
        """Points for what was paid."""
        return line.earn_base * self.numerator, self.denominator

    def words(self, line: OrderLine, currency_code: str) -> str:
        """The amount, that it is only a part of the net if so, and the rate."""
        paid = line.earn_base
        text = f"{self.label}{money_text(paid, currency_code)}"
        if paid != line.net_minor_units:
            text += f" paid of {money_text(line.net_minor_units, currency_code)}"
        return f"{text} at {self.rate} ="


@dataclass(frozen=True, slots=True)
class PerUnit:
    """Points for pieces."""

    numerator: int
    denominator: int
    label: str
    rate: str
    currency_code: str = ""

    def exact(self, line: OrderLine, base: Exact) -> Exact:
        """Points for the pieces."""
        return line.quantity * self.numerator, self.denominator

    def words(self, line: OrderLine, currency_code: str) -> str:
        """The count and the rate."""
        noun = "piece" if line.quantity == 1 else "pieces"
        return f"{self.label}{line.quantity} {noun} at {self.rate} ="


@dataclass(frozen=True, slots=True)
class PerMeasure:
    """Points for a measured amount; a line measured in another unit, or not at all, earns nothing."""

    unit: str
    numerator: int
    denominator: int
    label: str
    rate: str
    currency_code: str = ""

    def exact(self, line: OrderLine, base: Exact) -> Exact:
        """Points for what was measured."""
        return self._milli_units(line) * self.numerator, self.denominator

    def words(self, line: OrderLine, currency_code: str) -> str:
        """The measure and the rate."""
        return f"{self.label}{number_text(self._milli_units(line), MILLI)} {self.unit} at {self.rate} ="

    def _milli_units(self, line: OrderLine) -> int:
        measure = line.measure
        return measure.milli_units if measure is not None and measure.unit == self.unit else 0


@dataclass(frozen=True, slots=True)
class BeyondBase:
    """What a multiple of the base points gives beyond them: base · (factor − 1)."""

    numerator: int
    denominator: int
    label: str
    currency_code: str = ""

    def exact(self, line: OrderLine, base: Exact) -> Exact:
        """The points on top of the base."""
        return base[0] * self.numerator, base[1] * self.denominator

    def words(self, line: OrderLine, currency_code: str) -> str:
        """The factor and the promotion's name."""
        return f"{self.label} adds"


def formula_of(rule: EarnRule) -> Formula:
    """The rule's effect, ready for judging."""
    effect = rule.effect
    label = f"{rule.description.rstrip('.')}: " if rule.description else ""
    if isinstance(effect, PointsPerAmount):
        points, per = effect.points, effect.per
        rate = f"{_points_text(ratio_text(points))} per {money_text(per.minor_units, per.currency_code)}"
        return PerAmount(per.currency_code, points.numerator, points.denominator * per.minor_units, label, rate)
    if isinstance(effect, PointsPerUnit):
        points = effect.points
        return PerUnit(points.numerator, points.denominator, label, f"{_points_text(ratio_text(points))} each")
    if isinstance(effect, PointsPerMeasure):
        points = effect.points
        rate = f"{_points_text(ratio_text(points))} per {effect.unit}"
        return PerMeasure(effect.unit, points.numerator, points.denominator * MILLI, label, rate)
    return _beyond_base(rule, effect)


def _beyond_base(rule: EarnRule, effect: BaseMultiplier) -> BeyondBase:
    factor = effect.factor
    name = rule.description.rstrip(".") or rule.rule_id
    return BeyondBase(factor.numerator - factor.denominator, factor.denominator, f"×{ratio_text(factor)} {name}")


def _points_text(number: str) -> str:
    return f"{number} point" if number == "1" else f"{number} points"
