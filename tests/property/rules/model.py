"""What an order earns, worked out naively: every rule looked at for every line, in fractions. Slow and plain."""

from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

from chassis.values.rounding import Rounding
from rules_service.domain.earn_rule import (
    AccrualKind,
    BaseMultiplier,
    EarnRule,
    PointsPerAmount,
    PointsPerMeasure,
    PointsPerUnit,
    RoundingScope,
)
from rules_service.domain.order import Order, OrderLine
from rules_service.domain.program import Program

Points = dict[tuple[int, str], int]
"""Points by line number and rule id; only what is above 0."""


def expected(program: Program, order: Order) -> Points:
    """What the order earns."""
    exact = {
        (line.line_number, rule.rule_id): _exact(program, rule, line, order)
        for line in order.lines
        for rule in program.earn_rules
        if _selects(program, rule, line, order)
    }
    points: Points = {}
    for rule in program.earn_rules:
        parts = {number: value for (number, rule_id), value in exact.items() if rule_id == rule.rule_id}
        if rule.rounding_scope is RoundingScope.LINE:
            whole = {number: _whole(value, rule.rounding) for number, value in parts.items()}
        else:
            whole = _split(_whole(sum(parts.values(), Fraction()), rule.rounding), parts)
        points |= {(number, rule.rule_id): value for number, value in whole.items() if value}
    return points


def _selects(program: Program, rule: EarnRule, line: OrderLine, order: Order) -> bool:
    shop = next(place for place in program.locations if place.location_id == order.location_id)
    today = order.occur_time.astimezone(ZoneInfo(shop.time_zone)).date()
    when = rule.selector
    return (
        rule.brand_id == line.brand_id
        and not line.discount_line
        and (not when.skus or line.sku in when.skus)
        and (not when.category_ids or any(category in when.category_ids for category in line.category_ids))
        and (not when.location_ids or order.location_id in when.location_ids)
        and (not when.channels or order.channel in when.channels)
        and (when.start_date is None or when.start_date <= today)
        and (when.end_date is None or today < when.end_date)
        and not (isinstance(rule.effect, PointsPerAmount) and rule.effect.per.currency_code != order.currency_code)
    )


def _exact(program: Program, rule: EarnRule, line: OrderLine, order: Order) -> Fraction:
    effect = rule.effect
    if isinstance(effect, PointsPerAmount):
        paid = line.net_minor_units if line.paid_minor_units is None else line.paid_minor_units
        return Fraction(max(paid, 0), effect.per.minor_units) * effect.points.fraction()
    if isinstance(effect, PointsPerUnit):
        return line.quantity * effect.points.fraction()
    if isinstance(effect, PointsPerMeasure):
        measured = line.measure is not None and line.measure.unit == effect.unit
        return Fraction(line.measure.milli_units if measured and line.measure else 0, 1000) * effect.points.fraction()
    assert isinstance(effect, BaseMultiplier)
    base = sum(
        (
            _exact(program, other, line, order)
            for other in program.earn_rules
            if other.kind is AccrualKind.BASE and _selects(program, other, line, order)
        ),
        Fraction(),
    )
    return base * (effect.factor.fraction() - 1)


def _whole(value: Fraction, rounding: Rounding) -> int:
    if rounding is Rounding.FLOOR:
        return floor(value)
    if rounding is Rounding.HALF_UP:
        return floor(value + Fraction(1, 2))
    return round(value)  # Python rounds fractions half to even, exactly


def _split(total: int, parts: dict[int, Fraction]) -> dict[int, int]:
    """Largest remainder over the lines' exact points; ties to the lowest line number."""
    whole = sum(parts.values(), Fraction())
    if not total:
        return dict.fromkeys(parts, 0)
    quotas = {number: total * part / whole for number, part in parts.items()}
    shares = {number: floor(quota) for number, quota in quotas.items()}
    left = total - sum(shares.values())
    for number in sorted(quotas, key=lambda number: (shares[number] - quotas[number], number))[:left]:
        shares[number] += 1
    return shares
