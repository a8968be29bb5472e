"""Programs and revisions → protobuf."""

from collections.abc import Sequence

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import program_pb2 as pb
from loyalty.rules.v1 import rules_service_pb2

from chassis.values.calendar import Interval
from rules_service.domain.program import Brand, Category, Location, NamedPoint, PointValue, Program
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.ranking import ranked
from rules_service.domain.revision import Revision
from rules_service.domain.stacking import StackingGroup, StackingMode
from rules_service.use_cases.apply_program import AppliedChange
from rules_service.wire.differences import difference_messages
from rules_service.wire.earn_rules import earn_rule
from rules_service.wire.effects import BASES
from rules_service.wire.ladders import exchange_rate_message, ladder_message
from rules_service.wire.limits import limit_message
from rules_service.wire.numbers import point_rate, timestamp
from rules_service.wire.policies import policies_message
from rules_service.wire.settlements import agreement_message, entity_message, settlement_message

_MODES = {
    StackingMode.STACK: pb.STACKING_MODE_STACK,
    StackingMode.BEST_OF: pb.STACKING_MODE_BEST_OF,
    StackingMode.FIRST: pb.STACKING_MODE_FIRST,
}


def applied(change: AppliedChange) -> rules_service_pb2.ApplyProgramResponse:
    """The answer to a change."""
    told = difference_messages(change.differences)
    return rules_service_pb2.ApplyProgramResponse(
        revision=revision(change.revision),
        changed=change.changed,
        differences=told,
        more_differences=len(change.differences) - len(told),
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


def _program(program: Program) -> pb.Program:
    return pb.Program(
        program_id=program.program_id,
        name=program.name,
        point_name=program.point_name,
        sandbox=program.sandbox,
        replay_clock=program.replay_clock,
        late_upload_days=program.late_upload_days,
        entities=[entity_message(entity) for entity in program.entities],
        brands=[_brand(brand) for brand in program.brands],
        locations=[_location(location) for location in program.locations],
        earn_rules=[earn_rule(rule) for rule in ranked(program.earn_rules)],
        agreements=[agreement_message(agreement) for agreement in program.agreements],
        policies=policies_message(program.policies),
        categories=[_category(category) for category in program.categories],
        stacking_groups=[_group(group) for group in program.stacking_groups],
        limits=[limit_message(limit) for limit in program.limits],
        ladders=[ladder_message(ladder) for ladder in program.ladders],
        exchange_rates=[exchange_rate_message(rate) for rate in program.exchange_rates],
        settlement=settlement_message(program.settlement),
    )


def _brand(brand: Brand) -> pb.Brand:
    return pb.Brand(
        brand_id=brand.brand_id,
        name=brand.name,
        entity_id=brand.entity_id,
        point_values=[_point_value(value) for value in brand.point_values],
        liability_values=[point_rate(rate) for rate in brand.liability_values],
        minimum_points=brand.minimum_points,
        block_points=brand.block_points,
        named_points=[_named_point(point) for point in brand.named_points],
    )


def _point_value(value: PointValue) -> pb.PointValue:
    start, end = _bounds(value.interval)
    return pb.PointValue(rate=point_rate(value.rate), start_time=start, end_time=end, reason=value.reason)


def _named_point(point: NamedPoint) -> pb.NamedPoint:
    start, end = _bounds(point.interval)
    return pb.NamedPoint(name=point.name, per_point=point.per_point, start_time=start, end_time=end)


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


def _category(category: Category) -> pb.Category:
    return pb.Category(category_id=category.category_id, name=category.name, parent_id=category.parent_id)


def _group(group: StackingGroup) -> pb.StackingGroup:
    return pb.StackingGroup(group_id=group.group_id, mode=_MODES[group.mode], basis=BASES[group.basis])


def _bounds(interval: Interval) -> tuple[Timestamp | None, Timestamp | None]:
    return timestamp(interval.start), timestamp(interval.end)
