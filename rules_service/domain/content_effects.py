"""What a rule pays, in normal form, and the way back (see `content`)."""

from collections.abc import Mapping
from typing import Any

from chassis.values.canonical import Plain
from chassis.values.money import Money, minor_units
from chassis.values.rounding import Ratio
from rules_service.domain.content_amounts import amounts_content, read_amounts
from rules_service.domain.effects import (
    EFFECT_NAMES,
    BaseMultiplier,
    Basis,
    Bundle,
    BundlePart,
    Effect,
    FixedPoints,
    PointsPerAmount,
    PointsPerMeasure,
    PointsPerUnit,
    Step,
    ThresholdSteps,
)
from rules_service.domain.numbers import money_text, ratio_text


def effect_content(effect: Effect) -> dict[str, Plain]:
    """The normal form of an effect, under its name."""
    return {EFFECT_NAMES[type(effect)]: _fields(effect)}


def read_effect(rule: Mapping[str, Any]) -> Effect:
    """The effect of a rule's stored content."""
    if amount := rule.get("per_amount"):
        return PointsPerAmount(Ratio.of(amount["points"]), read_amounts(amount["per"]))
    if unit := rule.get("per_unit"):
        return PointsPerUnit(Ratio.of(unit["points"]))
    if measure := rule.get("per_measure"):
        return PointsPerMeasure(Ratio.of(measure["points"]), measure["unit"])
    if fixed := rule.get("fixed"):
        return FixedPoints(fixed["points"], Basis(fixed["basis"]))
    if steps := rule.get("steps"):
        return ThresholdSteps(_read_thresholds(steps["thresholds"]), Basis(steps["basis"]))
    if bundle := rule.get("bundle"):
        return Bundle(bundle["points"], tuple(_read_part(part) for part in bundle["parts"]), bundle.get("most", 0))
    return BaseMultiplier(Ratio.of(rule["multiplier"]["factor"]))


def _fields(effect: Effect) -> dict[str, Plain]:
    if isinstance(effect, PointsPerAmount):
        return {"points": ratio_text(effect.points), "per": amounts_content(effect.per)}
    if isinstance(effect, PointsPerUnit):
        return {"points": ratio_text(effect.points)}
    if isinstance(effect, PointsPerMeasure):
        return {"points": ratio_text(effect.points), "unit": effect.unit}
    if isinstance(effect, FixedPoints):
        return {"points": effect.points, "basis": effect.basis.value}
    if isinstance(effect, ThresholdSteps):
        return {"thresholds": _thresholds(effect), "basis": effect.basis.value}
    if isinstance(effect, Bundle):
        most: dict[str, Plain] = {"most": effect.most} if effect.most else {}
        return {"points": effect.points, "parts": [_part(part) for part in effect.parts], **most}
    return {"factor": ratio_text(effect.factor)}


def _thresholds(effect: ThresholdSteps) -> dict[str, Plain]:
    """Points by currency and amount, so that a change of one step is one place."""
    by_currency: dict[str, dict[str, Plain]] = {}
    for step in effect.steps:
        amount, currency = money_text(step.at_least.minor_units, step.at_least.currency_code).split(" ")
        by_currency.setdefault(currency, {})[amount] = step.points
    return dict(by_currency)


def _read_thresholds(content: Mapping[str, Mapping[str, int]]) -> tuple[Step, ...]:
    """By currency and amount."""
    steps = [
        Step(Money(currency, minor_units(amount, currency)), points)
        for currency, thresholds in content.items()
        for amount, points in thresholds.items()
    ]
    return tuple(sorted(steps, key=lambda step: (step.at_least.currency_code, step.at_least.minor_units)))


def _part(part: BundlePart) -> dict[str, Plain]:
    goods: dict[str, Plain] = {"category_ids": sorted(set(part.category_ids)), "skus": sorted(set(part.skus))}
    return {**{name: ids for name, ids in goods.items() if ids}, "quantity": part.quantity}


def _read_part(content: Mapping[str, Any]) -> BundlePart:
    return BundlePart(tuple(content.get("category_ids", ())), tuple(content.get("skus", ())), content["quantity"])
