"""What a rule pays → protobuf."""

from loyalty.rules.v1 import program_pb2 as pb

from rules_service.domain.effects import (
    BaseMultiplier,
    Basis,
    Bundle,
    Effect,
    FixedPoints,
    PointsPerAmount,
    PointsPerMeasure,
    PointsPerUnit,
    ThresholdSteps,
)
from rules_service.wire.numbers import money, ratio

BASES = {Basis.LINE: pb.BASIS_LINE, Basis.ORDER: pb.BASIS_ORDER}


def set_effect(message: pb.EarnRule, effect: Effect) -> None:
    """Give a rule its effect."""
    if isinstance(effect, PointsPerAmount):
        message.per_amount.CopyFrom(_per_amount(effect))
    elif isinstance(effect, PointsPerUnit):
        message.per_unit.CopyFrom(pb.PointsPerUnit(points=ratio(effect.points)))
    elif isinstance(effect, PointsPerMeasure):
        message.per_measure.CopyFrom(pb.PointsPerMeasure(points=ratio(effect.points), unit=effect.unit))
    elif isinstance(effect, BaseMultiplier):
        message.multiplier.CopyFrom(pb.BaseMultiplier(factor=ratio(effect.factor)))
    elif isinstance(effect, FixedPoints):
        message.fixed.CopyFrom(pb.FixedPoints(points=effect.points, basis=BASES[effect.basis]))
    elif isinstance(effect, ThresholdSteps):
        message.steps.CopyFrom(_steps(effect))
    else:
        message.bundle.CopyFrom(_bundle(effect))


def _per_amount(effect: PointsPerAmount) -> pb.PointsPerAmount:
    """The amounts by currency."""
    first, *others = sorted(effect.per, key=lambda amount: amount.currency_code)
    return pb.PointsPerAmount(
        points=ratio(effect.points), per=money(first), also_per=[money(amount) for amount in others]
    )


def _steps(effect: ThresholdSteps) -> pb.ThresholdSteps:
    in_order = sorted(effect.steps, key=lambda step: (step.at_least.currency_code, step.at_least.minor_units))
    return pb.ThresholdSteps(
        steps=[pb.ThresholdStep(at_least=money(step.at_least), points=step.points) for step in in_order],
        basis=BASES[effect.basis],
    )


def _bundle(effect: Bundle) -> pb.Bundle:
    parts = [
        pb.BundlePart(category_ids=part.category_ids, skus=part.skus, quantity=part.quantity) for part in effect.parts
    ]
    return pb.Bundle(points=effect.points, parts=parts, most=effect.most)
