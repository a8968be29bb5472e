"""Effects on one line made ready for judging: exact points, the words that explain them, and their figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from rules_service.domain.breakdown import Breakdown, Counted, fixed
from rules_service.domain.effects import (
    BaseMultiplier,
    FixedPoints,
    PointsPerAmount,
    PointsPerMeasure,
    PointsPerUnit,
    ThresholdSteps,
)
from rules_service.domain.exact import Exact
from rules_service.domain.grounds import Grounds
from rules_service.domain.numbers import money_text, number_text, ratio_text
from rules_service.domain.order import OrderLine
from rules_service.domain.steps import Steps, below_all, step_reached, steps_by_currency
from rules_service.domain.wording import Wording, points_text

MILLI = 1000
ANY_CURRENCY: frozenset[str] = frozenset()


class Told(Protocol):
    """An effect that can say how its points came about. `currencies`: the only ones it pays in; empty: any."""

    @property
    def currencies(self) -> frozenset[str]:
        """Currencies of the orders it pays on."""

    def words(self, grounds: Grounds, currency_code: str) -> str:
        """What was counted and at which rate, up to the result: `60.00 USD at 1 point per 1.00 USD =`."""

    def breakdown(self, grounds: Grounds, currency_code: str) -> Breakdown:
        """The same as figures, once `grounds.exact` is known."""


class Formula(Told, Protocol):
    """An effect that looks at each line by itself."""

    def exact(self, grounds: Grounds, currency_code: str) -> Exact:
        """Points before rounding."""


@dataclass(frozen=True, slots=True)
class CurrencyRate:
    """Points for each minor unit, and how people say it."""

    numerator: int
    denominator: int
    text: str


@dataclass(frozen=True, slots=True)
class PerAmount:
    """Points for money paid: minor units · numerator / denominator, of the share that the rule judges."""

    rates: Mapping[str, CurrencyRate]
    currencies: frozenset[str]
    wording: Wording

    def exact(self, grounds: Grounds, currency_code: str) -> Exact:
        """Points for what was paid."""
        rate = self.rates[currency_code]
        share = grounds.share
        if share is None:
            return grounds.line.earn_base * rate.numerator, rate.denominator
        return grounds.line.earn_base * rate.numerator * share[0], rate.denominator * share[1]

    def words(self, grounds: Grounds, currency_code: str) -> str:
        """The amount, that it is only a part of the net if so, and the rate."""
        paid = paid_text(grounds.line, currency_code)
        share = self.wording.of_it(grounds.share)
        return f"{self.wording.label}{paid}{share} at {self.rates[currency_code].text} ="

    def breakdown(self, grounds: Grounds, currency_code: str) -> Breakdown:
        """Minor units paid; the rate takes the share in."""
        rate, share = self.rates[currency_code], grounds.share or (1, 1)
        by = rate.numerator * share[0], rate.denominator * share[1]
        return Breakdown(Counted.PAID, (grounds.line.earn_base, 1), currency_code, by, grounds.exact)


@dataclass(frozen=True, slots=True)
class PerUnit:
    """Points for pieces."""

    rate: Exact
    wording: Wording
    text: str
    currencies: frozenset[str] = ANY_CURRENCY

    def exact(self, grounds: Grounds, currency_code: str) -> Exact:
        """Points for the pieces."""
        return grounds.line.quantity * self.rate[0], self.rate[1]

    def words(self, grounds: Grounds, currency_code: str) -> str:
        """The count and the rate."""
        quantity = grounds.line.quantity
        return f"{self.wording.label}{quantity} {'piece' if quantity == 1 else 'pieces'} at {self.text} ="

    def breakdown(self, grounds: Grounds, currency_code: str) -> Breakdown:
        """Pieces."""
        return Breakdown(Counted.PIECES, (grounds.line.quantity, 1), "", self.rate, grounds.exact)


@dataclass(frozen=True, slots=True)
class PerMeasure:
    """Points for a measured amount; a line measured in another unit, or not at all, earns nothing."""

    unit: str
    rate: Exact
    wording: Wording
    text: str
    currencies: frozenset[str] = ANY_CURRENCY

    def exact(self, grounds: Grounds, currency_code: str) -> Exact:
        """Points for what was measured."""
        return self._milli_units(grounds.line) * self.rate[0], self.rate[1] * MILLI

    def words(self, grounds: Grounds, currency_code: str) -> str:
        """The measure and the rate."""
        measured = number_text(self._milli_units(grounds.line), MILLI)
        return f"{self.wording.label}{measured} {self.unit} at {self.text} ="

    def breakdown(self, grounds: Grounds, currency_code: str) -> Breakdown:
        """Whole units of the measure."""
        measured = self._milli_units(grounds.line), MILLI
        return Breakdown(Counted.MEASURE, measured, self.unit, self.rate, grounds.exact)

    def _milli_units(self, line: OrderLine) -> int:
        measure = line.measure
        return measure.milli_units if measure is not None and measure.unit == self.unit else 0


@dataclass(frozen=True, slots=True)
class BeyondBase:
    """What a multiple of the base points gives beyond them: base · (factor − 1), of the share that the rule judges."""

    beyond: Exact
    wording: Wording
    name: str
    currencies: frozenset[str] = ANY_CURRENCY

    def exact(self, grounds: Grounds, currency_code: str) -> Exact:
        """The points on top of the base."""
        rate, base = self._rate(grounds), grounds.base
        return base[0] * rate[0], base[1] * rate[1]

    def words(self, grounds: Grounds, currency_code: str) -> str:
        """The factor and the promotion's name."""
        share = self.wording.of_it(grounds.share)
        return f"{self.name}{share} adds"

    def breakdown(self, grounds: Grounds, currency_code: str) -> Breakdown:
        """Base points."""
        return Breakdown(Counted.BASE_POINTS, grounds.base, "", self._rate(grounds), grounds.exact)

    def _rate(self, grounds: Grounds) -> Exact:
        share = grounds.share
        if share is None:
            return self.beyond
        return self.beyond[0] * share[0], self.beyond[1] * share[1]


@dataclass(frozen=True, slots=True)
class FixedForLine:
    """A number of points for each line."""

    points: int
    wording: Wording
    currencies: frozenset[str] = ANY_CURRENCY

    def exact(self, grounds: Grounds, currency_code: str) -> Exact:
        """The points."""
        return self.points, 1

    def words(self, grounds: Grounds, currency_code: str) -> str:
        """That they are fixed."""
        return f"{self.wording.label}for the line:"

    def breakdown(self, grounds: Grounds, currency_code: str) -> Breakdown:
        """Nothing is counted."""
        return fixed(grounds.exact)


@dataclass(frozen=True, slots=True)
class StepsForLine:
    """The points of the highest step that the line reaches. Steps of a currency (minor units, points) descend."""

    steps: Mapping[str, Steps]
    currencies: frozenset[str]
    wording: Wording

    def exact(self, grounds: Grounds, currency_code: str) -> Exact:
        """The points of the step, or none."""
        step = step_reached(self.steps[currency_code], judged_amount(grounds))
        return (step[1] if step is not None else 0), 1

    def words(self, grounds: Grounds, currency_code: str) -> str:
        """The amount and the step it reaches."""
        paid = paid_text(grounds.line, currency_code) + self.wording.of_it(grounds.share)
        step = step_reached(self.steps[currency_code], judged_amount(grounds))
        if step is None:
            return f"{self.wording.label}{paid} {below_all(self.steps[currency_code], currency_code)}:"
        return f"{self.wording.label}{paid} reaches {money_text(step[0], currency_code)}:"

    def breakdown(self, grounds: Grounds, currency_code: str) -> Breakdown:
        """The points of a step are a fixed number."""
        return fixed(grounds.exact)


def judged_amount(grounds: Grounds) -> Exact:
    """Minor units that the rule judges."""
    share = grounds.share or (1, 1)
    return grounds.line.earn_base * share[0], share[1]


def paid_text(line: OrderLine, currency_code: str) -> str:
    """What was paid, and of how much if that was more or less."""
    paid = line.earn_base
    text = money_text(paid, currency_code)
    if paid != line.net_minor_units:
        text += f" paid of {money_text(line.net_minor_units, currency_code)}"
    return text


LineEffect = PointsPerAmount | PointsPerUnit | PointsPerMeasure | BaseMultiplier | FixedPoints | ThresholdSteps


def line_formula(effect: LineEffect, wording: Wording) -> Formula:
    """An effect on each line by itself, ready for judging."""
    if isinstance(effect, PointsPerAmount):
        return _per_amount(effect, wording)
    if isinstance(effect, PointsPerUnit):
        text = f"{points_text(ratio_text(effect.points))} each"
        return PerUnit((effect.points.numerator, effect.points.denominator), wording, text)
    if isinstance(effect, PointsPerMeasure):
        text = f"{points_text(ratio_text(effect.points))} per {effect.unit}"
        return PerMeasure(effect.unit, (effect.points.numerator, effect.points.denominator), wording, text)
    if isinstance(effect, BaseMultiplier):
        factor = effect.factor
        beyond = factor.numerator - factor.denominator, factor.denominator
        return BeyondBase(beyond, wording, f"×{ratio_text(factor)} {wording.name}")
    if isinstance(effect, FixedPoints):
        return FixedForLine(effect.points, wording)
    steps = steps_by_currency(effect)
    return StepsForLine(steps, frozenset(steps), wording)


def _per_amount(effect: PointsPerAmount, wording: Wording) -> PerAmount:
    points, said = effect.points, points_text(ratio_text(effect.points))
    rates = {
        per.currency_code: CurrencyRate(
            points.numerator,
            points.denominator * per.minor_units,
            f"{said} per {money_text(per.minor_units, per.currency_code)}",
        )
        for per in effect.per
    }
    return PerAmount(rates, frozenset(rates), wording)
