"""A program's revision as the facts that settlement needs."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import program_pb2 as pb
from loyalty.type.v1.money_pb2 import Ratio as RatioMessage
from loyalty.type.v1.points_pb2 import PointRate

from chassis.values.calendar import Interval, zone
from chassis.values.rounding import ZERO, Ratio
from settlement_service.domain.program_facts import (
    AccountName,
    Agreement,
    BrandFacts,
    EntityFacts,
    ExchangeRate,
    InvoiceTax,
    Place,
    PointValue,
    ProgramFacts,
    SettlementPolicy,
    SettlementTerms,
)

_POLICIES: dict[int, SettlementPolicy] = {
    pb.SETTLEMENT_POLICY_RESERVE: SettlementPolicy.RESERVE,
    pb.SETTLEMENT_POLICY_NONE: SettlementPolicy.NONE,
}


def facts_of(message: pb.ProgramRevision) -> ProgramFacts:
    """The facts of a revision."""
    program = message.program
    return ProgramFacts(
        program=message.program_id,
        revision=message.revision,
        name=program.name,
        point_name=program.point_name,
        replay_clock=program.replay_clock,
        brands={brand.brand_id: _brand(brand) for brand in program.brands},
        entities={entity.entity_id: _entity(entity) for entity in program.entities},
        places={place.location_id: _place(place) for place in program.locations},
        agreements=tuple(map(_agreement, program.agreements)),
        exchange_rates=tuple(map(_exchange_rate, program.exchange_rates)),
        settlement=_terms(program.settlement),
    )


def policy_of(number: int) -> SettlementPolicy:
    """The policy that a message names; none named: REIMBURSE."""
    return _POLICIES.get(number, SettlementPolicy.REIMBURSE)


def _brand(brand: pb.Brand) -> BrandFacts:
    values = tuple(
        PointValue(value.rate.currency_code, _ratio(value.rate.minor_units_per_point), _interval(value))
        for value in brand.point_values
    )
    return BrandFacts(brand.brand_id, brand.name, brand.entity_id, values, _by_currency(brand.liability_values))


def _entity(entity: pb.LegalEntity) -> EntityFacts:
    details = entity.details
    return EntityFacts(
        entity_id=entity.entity_id,
        name=entity.name,
        legal_name=details.legal_name,
        tax_id=details.tax_id,
        country=details.country,
        address=tuple(details.address),
        iban=details.iban,
        account_number=details.account_number,
        bic=details.bic,
    )


def _place(place: pb.Location) -> Place:
    return Place(place.location_id, place.name, place.operator_entity_id, place.region, place.time_zone)


def _agreement(agreement: pb.Agreement) -> Agreement:
    return Agreement(
        agreement_id=agreement.agreement_id,
        issuer=agreement.issuer_entity_id,
        redeemer=agreement.redeemer_entity_id,
        interval=_interval(agreement),
        share_of_face=_ratio(agreement.share_of_face) if agreement.HasField("share_of_face") else None,
        share_of_liability=_ratio(agreement.share_of_liability) if agreement.HasField("share_of_liability") else None,
        price_per_point=_by_currency(agreement.price_per_point),
        fee=_ratio(agreement.fee) if agreement.HasField("fee") else ZERO,
        cap_of_face=_ratio(agreement.cap_of_face) if agreement.HasField("cap_of_face") else None,
    )


def _exchange_rate(rate: pb.ExchangeRate) -> ExchangeRate:
    return ExchangeRate(
        rate_id=rate.rate_id,
        source=rate.from_currency_code,
        target=rate.to_currency_code,
        ratio=_ratio(rate.minor_units),
        start=date.fromisoformat(rate.start_date) if rate.start_date else None,
        end=date.fromisoformat(rate.end_date) if rate.end_date else None,
    )


def _terms(settlement: pb.Settlement) -> SettlementTerms:
    voucher = settlement.voucher_share_of_face if settlement.HasField("voucher_share_of_face") else None
    tax = settlement.invoice_tax
    return SettlementTerms(
        policy=policy_of(settlement.policy),
        reserve_entity=settlement.reserve_entity_id,
        voucher_share_of_face=_ratio(voucher) if voucher is not None else None,
        multilateral=settlement.netting != pb.NETTING_METHOD_BILATERAL,
        settlement_currency=settlement.settlement_currency,
        time_zone=zone(settlement.time_zone or "UTC"),
        breakage={each.brand_id: _ratio(each.share) for each in settlement.breakage},
        accounts={each.account: AccountName(each.code, each.name) for each in settlement.accounts},
        invoice_tax=InvoiceTax(tax.code, tax.rate_basis_points, tax.reason)
        if settlement.HasField("invoice_tax")
        else None,
    )


def _by_currency(rates: Iterable[PointRate]) -> dict[str, Ratio]:
    return {rate.currency_code: _ratio(rate.minor_units_per_point) for rate in rates}


def _ratio(message: RatioMessage) -> Ratio:
    return Ratio(message.numerator, message.denominator)


def _interval(message: pb.PointValue | pb.Agreement) -> Interval:
    return Interval(
        start=_instant(message.start_time) if message.HasField("start_time") else None,
        end=_instant(message.end_time) if message.HasField("end_time") else None,
    )


def _instant(message: Timestamp) -> datetime:
    return message.ToDatetime(UTC)
