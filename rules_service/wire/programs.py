"""Programs and revisions → protobuf."""

from collections.abc import Sequence
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import program_pb2 as pb
from loyalty.rules.v1 import rules_service_pb2
from loyalty.type.v1 import money_pb2, points_pb2

from chassis.values.calendar import Interval
from chassis.values.rounding import Ratio, Rounding
from rules_service.domain.earn_rule import (
    AccrualKind,
    Effect,
    ExpiresAfterDays,
    ExpiresAfterMonths,
    Expiry,
    Funder,
    PointsPerAmount,
    PointsPerMeasure,
    PointsPerUnit,
    RoundingScope,
    Selector,
)
from rules_service.domain.program import Agreement, Brand, Location, PointRate, PointValue, Program
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.ranking import RankedRule, ranked
from rules_service.domain.revision import Revision
from rules_service.use_cases.apply_program import AppliedChange

KINDS = {
    AccrualKind.BASE: points_pb2.ACCRUAL_KIND_BASE,
    AccrualKind.BONUS: points_pb2.ACCRUAL_KIND_BONUS,
}
_ROUNDINGS = {
    Rounding.FLOOR: pb.ROUNDING_FLOOR,
    Rounding.HALF_UP: pb.ROUNDING_HALF_UP,
    Rounding.HALF_EVEN: pb.ROUNDING_HALF_EVEN,
}
_SCOPES = {
    RoundingScope.LINE: pb.ROUNDING_SCOPE_LINE,
    RoundingScope.ORDER: pb.ROUNDING_SCOPE_ORDER,
}


def applied(change: AppliedChange) -> rules_service_pb2.ApplyProgramResponse:
    """The answer to a change."""
    return rules_service_pb2.ApplyProgramResponse(
        revision=revision(change.revision),
        changed=change.changed,
        differences=[
            rules_service_pb2.ProgramDifference(path=place.path, before=place.before, after=place.after)
            for place in change.differences
        ],
    )


def found(live: Revision, files: Sequence[ProgramFile]) -> rules_service_pb2.GetProgramResponse:
    """A revision and the files it was made from."""
    return rules_service_pb2.GetProgramResponse(
        revision=revision(live),
        files=[rules_service_pb2.ProgramFile(path=file.path, content=file.content) for file in files],
    )


def streamed(live: Revision | None) -> rules_service_pb2.StreamProgramRevisionsResponse:
    """A revision as a stream sends it; None: everything that was live has been sent."""
    if live is None:
        return rules_service_pb2.StreamProgramRevisionsResponse(caught_up=rules_service_pb2.CaughtUp())
    return rules_service_pb2.StreamProgramRevisionsResponse(revision=revision(live))


def revision(live: Revision) -> pb.ProgramRevision:
    """A revision with its content."""
    return pb.ProgramRevision(
        program_id=live.program_id,
        revision=live.revision,
        sequence=live.sequence,
        record_time=timestamp(live.record_time),
        program=_program(live.program),
    )


def timestamp(instant: datetime | None) -> Timestamp | None:
    """An instant; None stays absent."""
    if instant is None:
        return None
    message = Timestamp()
    message.FromDatetime(instant)
    return message


def ratio(value: Ratio) -> money_pb2.Ratio:
    """An exact ratio."""
    return money_pb2.Ratio(numerator=value.numerator, denominator=value.denominator)


def point_rate(rate: PointRate) -> points_pb2.PointRate:
    """What a point is worth or stands for."""
    return points_pb2.PointRate(
        currency_code=rate.currency_code, minor_units_per_point=ratio(rate.minor_units_per_point)
    )


def funder(part: Funder) -> points_pb2.Funder:
    """An entity and its share."""
    return points_pb2.Funder(entity_id=part.entity_id, share_basis_points=part.share_basis_points)


def _program(program: Program) -> pb.Program:
    return pb.Program(
        program_id=program.program_id,
        name=program.name,
        point_name=program.point_name,
        sandbox=program.sandbox,
        replay_clock=program.replay_clock,
        late_upload_days=program.late_upload_days,
        entities=[pb.LegalEntity(entity_id=noun.entity_id, name=noun.name) for noun in program.entities],
        brands=[_brand(brand) for brand in program.brands],
        locations=[_location(location) for location in program.locations],
        earn_rules=[_earn_rule(rule) for rule in ranked(program.earn_rules)],
        agreements=[_agreement(agreement) for agreement in program.agreements],
    )


def _brand(brand: Brand) -> pb.Brand:
    return pb.Brand(
        brand_id=brand.brand_id,
        name=brand.name,
        entity_id=brand.entity_id,
        point_values=[_point_value(value) for value in brand.point_values],
        liability_values=[point_rate(rate) for rate in brand.liability_values],
    )


def _point_value(value: PointValue) -> pb.PointValue:
    start, end = _bounds(value.interval)
    return pb.PointValue(rate=point_rate(value.rate), start_time=start, end_time=end, reason=value.reason)


def _location(location: Location) -> pb.Location:
    return pb.Location(
        location_id=location.location_id,
        name=location.name,
        operator_entity_id=location.operator_entity_id,
        region=location.region,
        brand_ids=location.brand_ids,
        currency_code=location.currency_code,
        time_zone=location.time_zone,
    )


def _agreement(agreement: Agreement) -> pb.Agreement:
    start, end = _bounds(agreement.interval)
    return pb.Agreement(
        agreement_id=agreement.agreement_id,
        issuer_entity_id=agreement.issuer_entity_id,
        redeemer_entity_id=agreement.redeemer_entity_id,
        share_of_face=ratio(agreement.share_of_face),
        start_time=start,
        end_time=end,
    )


def _earn_rule(ranked_rule: RankedRule) -> pb.EarnRule:
    rule = ranked_rule.rule
    message = pb.EarnRule(
        rule_id=rule.rule_id,
        rule_version=ranked_rule.version,
        ordinal=ranked_rule.ordinal,
        brand_id=rule.brand_id,
        kind=KINDS[rule.kind],
        offer_id=rule.offer_id,
        description=rule.description,
        selector=_selector(rule.selector),
        rounding=_ROUNDINGS[rule.rounding],
        rounding_scope=_SCOPES[rule.rounding_scope],
        funders=[funder(part) for part in rule.funders],
        expiry=_expiry(rule.expiry),
    )
    _set_effect(message, rule.effect)
    return message


def _set_effect(message: pb.EarnRule, effect: Effect) -> None:
    if isinstance(effect, PointsPerAmount):
        per = money_pb2.Money(currency_code=effect.per.currency_code, minor_units=effect.per.minor_units)
        message.per_amount.CopyFrom(pb.PointsPerAmount(points=ratio(effect.points), per=per))
    elif isinstance(effect, PointsPerUnit):
        message.per_unit.CopyFrom(pb.PointsPerUnit(points=ratio(effect.points)))
    elif isinstance(effect, PointsPerMeasure):
        message.per_measure.CopyFrom(pb.PointsPerMeasure(points=ratio(effect.points), unit=effect.unit))
    else:
        message.multiplier.CopyFrom(pb.BaseMultiplier(factor=ratio(effect.factor)))


def _selector(selector: Selector) -> pb.Selector:
    return pb.Selector(
        category_ids=selector.category_ids,
        skus=selector.skus,
        location_ids=selector.location_ids,
        channels=selector.channels,
        start_date=selector.start_date.isoformat() if selector.start_date else "",
        end_date=selector.end_date.isoformat() if selector.end_date else "",
    )


def _expiry(expiry: Expiry) -> pb.Expiry:
    if expiry is None:
        return pb.Expiry()
    if isinstance(expiry, ExpiresAfterDays):
        return pb.Expiry(days=expiry.days)
    if isinstance(expiry, ExpiresAfterMonths):
        return pb.Expiry(months=expiry.months)
    return pb.Expiry(months_then_end_of_month=expiry.months)


def _bounds(interval: Interval) -> tuple[Timestamp | None, Timestamp | None]:
    return timestamp(interval.start), timestamp(interval.end)
