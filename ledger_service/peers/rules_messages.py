"""The rules service's messages as values of the ledger."""

from datetime import UTC, date, datetime

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import evaluation_pb2, program_pb2
from loyalty.type.v1 import money_pb2, points_pb2

from chassis.values.rounding import ZERO, Ratio
from ledger_service.domain.accrual import ON_EVENT, AccrualKind, Funder, PointRate
from ledger_service.domain.commands import Award
from ledger_service.domain.facts import FactsRead, PurchasesRead, TierRead
from ledger_service.domain.limits import LimitHolder, LimitTerm, Most, SetLimit
from ledger_service.domain.redemption import CurrencyTerm, NamedPoint, RedemptionTerms, SettlementTerm, Worth
from ledger_service.domain.scope import ANYWHERE
from ledger_service.peers.rules_explanations import breakdown_of, outcome_of
from ledger_service.peers.rules_ladders import ladders_of
from ledger_service.peers.rules_policies import burn_order_of, policies_of
from ledger_service.use_cases.ports import BrandFacts, Evaluation, LineEvaluation, Place, ProgramFacts

_HOLDERS = {
    program_pb2.LIMIT_HOLDER_MEMBER: LimitHolder.MEMBER,
    program_pb2.LIMIT_HOLDER_PROGRAM: LimitHolder.PROGRAM,
    program_pb2.LIMIT_HOLDER_LOCATION: LimitHolder.LOCATION,
}
_KINDS = {
    points_pb2.ACCRUAL_KIND_BASE: AccrualKind.BASE,
    points_pb2.ACCRUAL_KIND_BONUS: AccrualKind.BONUS,
}


def evaluation_of(message: evaluation_pb2.OrderEvaluation, told: bool = False) -> Evaluation:
    """What an order earns; `told`: with what became of the rules."""
    return Evaluation(
        revision=message.revision,
        operator=message.operator_entity_id,
        region=message.region,
        time_zone=message.time_zone,
        local_day=date.fromisoformat(message.local_date),
        read=facts_read_of(message.facts_read),
        lines=tuple(
            LineEvaluation(
                line_number=line.line_number,
                brand=line.brand_id,
                awards=tuple(_award(line.line_number, award) for award in line.awards),
                explanation=line.explanation,
                outcomes=tuple(map(outcome_of, line.outcomes)) if told else (),
            )
            for line in message.lines
        ),
    )


def facts_read_of(message: evaluation_pb2.FactsRead) -> FactsRead:
    """The facts of the member that a decision rests on."""
    return FactsRead(
        tuple(TierRead(tier.ladder_id, tier.tier_id) for tier in message.tiers),
        tuple(
            PurchasesRead(read.brand_id, read.orders, read.least, read.most if read.HasField("most") else None)
            for read in message.purchases
        ),
    )


def _limit_of(message: evaluation_pb2.LimitTerm) -> LimitTerm:
    return LimitTerm(
        limit_id=message.limit_id,
        holder=_HOLDERS[message.holder],
        window=message.window_key,
        points=message.points if message.HasField("points") else None,
        minor_units=message.minor_units if message.HasField("minor_units") else None,
        soft=message.soft,
        warn_at=tuple(message.warn_at_basis_points),
    )


def _award(line_number: int, message: evaluation_pb2.Award) -> Award:
    return Award(
        line_number=line_number,
        rule_id=message.rule_id,
        rule_version=message.rule_version,
        rule_ordinal=message.rule_ordinal,
        kind=_KINDS[message.kind],
        offer_id=message.offer_id,
        brand=message.brand_id,
        issuer=message.issuer_entity_id,
        funders=tuple(Funder(funder.entity_id, funder.share_basis_points) for funder in message.funders),
        points=message.points,
        liability=_rate(message.liability),
        available_time=_available(message),
        expire_time=_instant(message, "expire_time", message.expire_time),
        scope=_scope(message.redemption_scope),
        rolling_months=message.rolling_months,
        rolling_days=message.rolling_days,
        breakdown=breakdown_of(message.breakdown) if message.HasField("breakdown") else None,
        explanation=message.explanation,
        untrimmed=message.desired_points or message.points,
        trimmed_by=message.trimmed_by_limit_id,
        limits=tuple(map(_limit_of, message.limits)),
    )


def _available(message: evaluation_pb2.Award) -> datetime | None:
    return ON_EVENT if message.available_on_event else _instant(message, "available_time", message.available_time)


def _scope(message: evaluation_pb2.RedemptionScope) -> str:
    """As `domain.scope` writes it; a scope that was not told is anywhere."""
    match message.WhichOneof("scope"):
        case "location_id":
            return f"location:{message.location_id}"
        case "brands":
            return f"brands:{','.join(sorted(message.brands.brand_ids))}"
        case "operator_entity_id":
            return f"operator:{message.operator_entity_id}"
        case "region":
            return f"region:{message.region}"
    return ANYWHERE


def terms_of(message: evaluation_pb2.RedemptionTerms) -> RedemptionTerms:
    """What points are worth at one brand and place."""
    return RedemptionTerms(
        revision=message.revision,
        redeemer=message.redeemer_entity_id,
        operator=message.operator_entity_id,
        region=message.region,
        here=Worth(message.brand_id, message.brand_name, _rate(message.rate), message.reason),
        settlement={term.issuer_entity_id: _settlement_term(term) for term in message.settlement_terms},
        elsewhere=tuple(
            Worth(other.brand_id, other.brand_name, _rate(other.rate), other.reason) for other in message.elsewhere
        ),
        start_time=_instant(message, "start_time", message.start_time),
        end_time=_instant(message, "end_time", message.end_time),
        point_name=message.point_name,
        minimum_points=message.minimum_points or 1,
        block_points=message.block_points or 1,
        burn_order=burn_order_of(message.burn_order),
        named_point=_named_point(message),
        currencies={
            term.currency_code: CurrencyTerm(term.rate_id, _ratio(term.minor_units)) for term in message.currency_terms
        },
    )


def _settlement_term(message: evaluation_pb2.SettlementTerm) -> SettlementTerm:
    return SettlementTerm(
        agreement_id=message.agreement_id,
        share_of_face=_told(message, "share_of_face", message.share_of_face),
        share_of_liability=_told(message, "share_of_liability", message.share_of_liability),
        per_point=_told(message, "minor_units_per_point", message.minor_units_per_point),
        fee=_told(message, "fee", message.fee) or ZERO,
        cap_of_face=_told(message, "cap_of_face", message.cap_of_face),
    )


def _named_point(message: evaluation_pb2.RedemptionTerms) -> NamedPoint | None:
    if not message.brand_point_name:
        return None
    return NamedPoint(message.brand_point_name, message.brand_points_per_point)


def facts_of(message: program_pb2.ProgramRevision) -> ProgramFacts:
    """What the ledger needs of a revision."""
    program = message.program
    return ProgramFacts(
        program=message.program_id,
        revision=message.revision,
        replay_clock=program.replay_clock,
        late_upload_days=program.late_upload_days,
        places={
            place.location_id: Place(
                place.location_id, place.operator_entity_id, place.region, place.currency_code, place.time_zone
            )
            for place in program.locations
        },
        policies=policies_of(program),
        brands={
            brand.brand_id: BrandFacts(
                brand.entity_id, {rate.currency_code: _rate(rate) for rate in brand.liability_values}
            )
            for brand in program.brands
        },
        entities=frozenset(entity.entity_id for entity in program.entities),
        ladders=ladders_of(program),
        settlement_zone=program.settlement.time_zone or "UTC",
        limits={limit.limit_id: _set_limit(limit) for limit in program.limits if limit.holder in _HOLDERS},
        looks_at_members=bool(program.ladders) or any(rule.selector.HasField("member") for rule in program.earn_rules),
    )


def _set_limit(message: program_pb2.Limit) -> SetLimit:
    money = message.money if message.HasField("money") else None
    most = Most(message.points if message.HasField("points") else None, None if money is None else money.minor_units)
    return SetLimit(_HOLDERS[message.holder], most, "" if money is None else money.currency_code)


def _rate(message: points_pb2.PointRate) -> PointRate:
    return PointRate(message.currency_code, _ratio(message.minor_units_per_point))


def _told(holder: Message, field: str, message: money_pb2.Ratio) -> Ratio | None:
    return _ratio(message) if holder.HasField(field) else None


def _ratio(message: money_pb2.Ratio) -> Ratio:
    return Ratio(message.numerator, message.denominator)


def _instant(holder: Message, field: str, stamp: Timestamp) -> datetime | None:
    return stamp.ToDatetime(tzinfo=UTC) if holder.HasField(field) else None
