"""States the terms of a redemption: the worth of a point, what entities pay, and for how long that holds.

Pure: everything follows from the revision and the question.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from chassis.values.calendar import Interval
from rules_service.domain.compiled_program import CompiledProgram, require_currency
from rules_service.domain.content import instant_text
from rules_service.domain.policies import Redeemer
from rules_service.domain.program import Brand, NamedPoint, PointValue
from rules_service.domain.redemption_terms import RedemptionTerms, TermsQuestion, WorthElsewhere
from rules_service.domain.refusals import no_point_value
from rules_service.domain.settlement_terms import currency_terms, needed_rates, settlement_terms


def quote(program: CompiledProgram, asked: TermsQuestion) -> RedemptionTerms:
    """The terms in force at `asked.occur_time`.

    Refused LOCATION_NOT_FOUND, BRAND_NOT_FOUND, BRAND_NOT_SOLD_HERE, CURRENCY_NOT_ACCEPTED, NO_POINT_VALUE, the
    first that applies.
    """
    shop = program.shop(asked.location_id)
    brand = program.brand_sold(asked.brand_id, shop)
    require_currency(shop, asked.currency_code)
    value = _value_at(brand, asked)
    if value is None:
        raise no_point_value(brand.brand_id, asked.currency_code, instant_text(asked.occur_time))
    redemption = program.program.policies.redemption
    operator = shop.location.operator_entity_id
    redeemer = operator if redemption.redeemer is Redeemer.OPERATOR else brand.entity_id
    terms = settlement_terms(program.program, redeemer, asked.currency_code, asked.occur_time)
    rates = needed_rates(program.program, terms, asked.currency_code, shop.time_zone)
    dated = chain(_dated(program, brand, redeemer, asked.currency_code), (interval for _, interval in rates))
    return RedemptionTerms(
        revision=program.revision,
        brand_id=brand.brand_id,
        brand_name=brand.name,
        redeemer_entity_id=redeemer,
        location=shop.location,
        value=value,
        settlement_terms=terms,
        elsewhere=tuple(_elsewhere(program, asked)),
        interval=_unchanged(dated, asked.occur_time),
        point_name=program.program.point_name,
        minimum_points=brand.minimum_points,
        block_points=brand.block_points,
        burn_order=redemption.burn_order,
        named_point=_named_at(brand, asked.occur_time),
        currency_terms=currency_terms(rates, asked.occur_time),
    )


def _value_at(brand: Brand, asked: TermsQuestion) -> PointValue | None:
    """The brand's point value in the currency at that time; at most one, since they do not overlap."""
    for value in brand.point_values:
        if value.rate.currency_code == asked.currency_code and value.interval.contains(asked.occur_time):
            return value
    return None


def _elsewhere(program: CompiledProgram, asked: TermsQuestion) -> Iterable[WorthElsewhere]:
    for brand in sorted(program.program.brands, key=lambda brand: brand.brand_id):
        value = _value_at(brand, asked)
        if brand.brand_id != asked.brand_id and value is not None:
            yield WorthElsewhere(brand.brand_id, brand.name, value)


def _named_at(brand: Brand, instant: datetime) -> NamedPoint | None:
    return next((point for point in brand.named_points if point.interval.contains(instant)), None)


def _dated(program: CompiledProgram, here: Brand, redeemer: str, currency_code: str) -> Iterable[Interval]:
    """The intervals of everything an answer for this brand, redeemer and currency may depend on."""
    for point in here.named_points:
        yield point.interval
    for brand in program.program.brands:
        for value in brand.point_values:
            if value.rate.currency_code == currency_code:
                yield value.interval
    for agreement in program.program.agreements:
        if agreement.redeemer_entity_id in ("", redeemer):
            yield agreement.interval


def _unchanged(intervals: Iterable[Interval], instant: datetime) -> Interval:
    """The longest interval around `instant` in which none of `intervals` begins or ends."""
    bounds = {bound for interval in intervals for bound in (interval.start, interval.end) if bound is not None}
    return Interval(
        start=max((bound for bound in bounds if bound <= instant), default=None),
        end=min((bound for bound in bounds if bound > instant), default=None),
    )
