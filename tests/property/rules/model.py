"""What an order earns, worked out naively: every rule looked at for every line, in fractions. Slow and plain."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

from chassis.values.rounding import Rounding
from rules_service.domain.earn_rule import AccrualKind, EarnRule, RoundingScope
from rules_service.domain.effects import (
    BaseMultiplier,
    Basis,
    Bundle,
    FixedPoints,
    PointsPerAmount,
    PointsPerMeasure,
    PointsPerUnit,
    ThresholdSteps,
    decided_over_order,
)
from rules_service.domain.order import Order, OrderLine
from rules_service.domain.program import Program
from rules_service.domain.selector import BasketCondition
from rules_service.domain.stacking import StackingMode
from tests.property.rules.conditions import Failed, holds
from tests.property.rules.members import identity_fits, ledger_fits, multiplier

Points = dict[tuple[int, str], int]
"""Points by line number and rule id; only what is above 0."""
Exact = dict[tuple[int, str], Fraction]
"""The same before rounding, of every rule that selects a line."""


class _RuleFailed(Exception):  # noqa: N818  caught in this file
    """A rule's condition came to no answer on the order."""


@dataclass
class Judged:
    """What an order earns, and what the rules that select its lines would pay."""

    points: Points = field(default_factory=dict)
    exact: Exact = field(default_factory=dict)
    outranked: set[tuple[int, str]] = field(default_factory=set)


def expected(program: Program, order: Order) -> Judged | str:
    """What the order earns, or the rule that fails on it."""
    try:
        return _judged(program, order)
    except _RuleFailed as failed:
        return str(failed)


def _judged(program: Program, order: Order) -> Judged:
    for line in sorted(order.lines, key=lambda line: line.line_number):
        for rule in in_order(program):
            selects(program, rule, line, order)
    judged = Judged()
    for brand in program.brands:
        base: dict[int, Fraction] = {}
        for kind in AccrualKind:
            rules = [rule for rule in in_order(program) if rule.brand_id == brand.brand_id and rule.kind is kind]
            exact: Exact = {}
            for rule in rules:
                lines = [line for line in order.lines if selects(program, rule, line, order)]
                exact |= {
                    (number, rule.rule_id): paid for number, paid in _exact(program, rule, lines, order, base).items()
                }
            outranked = _outranked(program, rules, exact)
            for (number, rule_id), paid in exact.items():
                if kind is AccrualKind.BASE and (number, rule_id) not in outranked:
                    base[number] = base.get(number, Fraction()) + paid
            if kind is AccrualKind.BASE:
                by = multiplier(program, brand.brand_id, order)
                exact = {key: paid * by for key, paid in exact.items()}
            judged.exact |= exact
            judged.outranked |= outranked
    for rule in program.earn_rules:
        parts = {
            number: paid
            for (number, rule_id), paid in judged.exact.items()
            if rule_id == rule.rule_id and (number, rule_id) not in judged.outranked
        }
        if rule.rounding_scope is RoundingScope.LINE and not decided_over_order(rule.effect):
            whole = {number: _whole(value, rule.rounding) for number, value in parts.items()}
        else:
            whole = _split(_whole(sum(parts.values(), Fraction()), rule.rounding), parts)
        judged.points |= {(number, rule.rule_id): value for number, value in whole.items() if value}
    return judged


def in_order(program: Program) -> list[EarnRule]:
    """Base before bonus, then by id."""
    return sorted(program.earn_rules, key=lambda rule: (rule.kind is AccrualKind.BONUS, rule.rule_id))


def selects(program: Program, rule: EarnRule, line: OrderLine, order: Order) -> bool:
    """Whether a rule selects a line; its condition comes last."""
    if not looks(program, rule, line, order) or not ledger_fits(rule.selector.member, rule.brand_id, order):
        return False
    if not rule.condition:
        return True
    try:
        return holds(rule.condition, program, order, line)
    except Failed as failed:
        raise _RuleFailed(rule.rule_id) from failed


def looks(program: Program, rule: EarnRule, line: OrderLine, order: Order) -> bool:
    """Whether all of a rule fits but what it asks of tiers and purchases, which it then looks at, and its condition."""
    shop = next(place for place in program.locations if place.location_id == order.location_id)
    local = order.occur_time.astimezone(ZoneInfo(shop.time_zone))
    when, categories = rule.selector, with_above(program, line.category_ids)
    return (
        rule.brand_id == line.brand_id
        and not line.discount_line
        and (when.start_date is None or when.start_date <= local.date())
        and (when.end_date is None or local.date() < when.end_date)
        and _among(order.location_id, when.location_ids)
        and _among(shop.region, when.regions)
        and _among(shop.operator_entity_id, when.operator_entity_ids)
        and _among(order.channel, when.channels)
        and (not when.payment_means or any(paid.means in when.payment_means for paid in order.payments))
        and _among(local.isoweekday(), when.weekdays)
        and (
            when.hours is None
            or _within(local.hour * 60 + local.minute, when.hours.start_minute, when.hours.end_minute)
        )
        and _among(line.sku, when.skus)
        and (not when.category_ids or bool(categories & set(when.category_ids)))
        and not categories & set(when.excluded_category_ids)
        and line.sku not in when.excluded_skus
        and all(dict(line.attributes).get(choice.name) in choice.values for choice in when.attributes)
        and _pays_in(rule, order.currency_code)
        and (not isinstance(rule.effect, Bundle) or _part(program, rule.effect, line) is not None)
        and (rule.basket is None or _basket(program, rule.basket, rule.brand_id, order))
        and identity_fits(program, when.member, order)
        and _is_purchase(rule, order)
    )


def _is_purchase(rule: EarnRule, order: Order) -> bool:
    """Whether an order is a purchase at all, for a rule that asks which one."""
    asked = rule.selector.member
    if asked is None or asked.purchase is None:
        return True
    bought = [line.brand_id for line in order.lines if line.net_minor_units > 0 and not line.discount_line]
    return any(brand_id and (asked.purchase.any_brand or brand_id == rule.brand_id) for brand_id in bought)


def with_above(program: Program, category_ids: tuple[str, ...]) -> set[str]:
    """Categories and those above them."""
    above = {category.category_id: category.parent_id for category in program.categories}
    found = set(category_ids)
    for _ in program.categories:
        found |= {above[category_id] for category_id in found if above.get(category_id)}
    return found


def paid_for(line: OrderLine) -> int:
    """What a line earns on."""
    return max(line.net_minor_units if line.paid_minor_units is None else line.paid_minor_units, 0)


def _among(value: object, wanted: tuple[object, ...]) -> bool:
    return not wanted or value in wanted


def _within(minute: int, start: int, end: int) -> bool:
    return start <= minute < end if start < end else not end <= minute < start


def _pays_in(rule: EarnRule, currency: str) -> bool:
    if isinstance(rule.effect, PointsPerAmount):
        return any(per.currency_code == currency for per in rule.effect.per)
    if isinstance(rule.effect, ThresholdSteps):
        return any(step.at_least.currency_code == currency for step in rule.effect.steps)
    return True


def _basket(program: Program, basket: BasketCondition, own: str, order: Order) -> bool:
    wanted = basket.lines
    lines = [
        line
        for line in order.lines
        if not line.discount_line
        and line.brand_id
        and (wanted.any_brand or line.brand_id in (wanted.brand_ids or (own,)))
        and _among(line.sku, wanted.skus)
        and (not wanted.category_ids or with_above(program, line.category_ids) & set(wanted.category_ids))
    ]
    enough = [least.minor_units for least in basket.spend_at_least if least.currency_code == order.currency_code]
    spent = not basket.spend_at_least or any(sum(paid_for(line) for line in lines) >= least for least in enough)
    return spent and sum(line.quantity for line in lines) >= basket.quantity_at_least


def _exact(
    program: Program, rule: EarnRule, lines: list[OrderLine], order: Order, base: dict[int, Fraction]
) -> dict[int, Fraction]:
    """What a rule would pay the lines it selects, by number."""
    if not lines:
        return {}
    effect, share = rule.effect, _share(rule, order)
    if isinstance(effect, Bundle):
        return _bundle(program, effect, lines)
    if isinstance(effect, FixedPoints):
        if effect.basis is Basis.LINE:
            return {line.line_number: Fraction(effect.points) for line in lines}
        return _over(effect.points, lines)
    if isinstance(effect, ThresholdSteps):
        if effect.basis is Basis.LINE:
            return {
                line.line_number: Fraction(_step(effect, paid_for(line) * share, order.currency_code)) for line in lines
            }
        return _over(_step(effect, sum(map(paid_for, lines)) * share, order.currency_code), lines)
    return {line.line_number: _of_line(rule, line, order, share, base) for line in lines}


def _of_line(rule: EarnRule, line: OrderLine, order: Order, share: Fraction, base: dict[int, Fraction]) -> Fraction:
    effect = rule.effect
    if isinstance(effect, PointsPerAmount):
        (per,) = (per.minor_units for per in effect.per if per.currency_code == order.currency_code)
        return Fraction(paid_for(line), per) * share * effect.points.fraction()
    if isinstance(effect, PointsPerUnit):
        return line.quantity * effect.points.fraction()
    if isinstance(effect, PointsPerMeasure):
        measured = line.measure is not None and line.measure.unit == effect.unit
        return Fraction(line.measure.milli_units if measured and line.measure else 0, 1000) * effect.points.fraction()
    assert isinstance(effect, BaseMultiplier)
    return base.get(line.line_number, Fraction()) * share * (effect.factor.fraction() - 1)


def _share(rule: EarnRule, order: Order) -> Fraction:
    means = rule.selector.payment_means
    if not means:
        return Fraction(1)
    paid = sum(payment.minor_units for payment in order.payments if payment.means in means)
    return Fraction(paid, sum(payment.minor_units for payment in order.payments))


def _step(effect: ThresholdSteps, paid: Fraction, currency: str) -> int:
    reached = [
        step.points
        for step in effect.steps
        if step.at_least.currency_code == currency and paid >= step.at_least.minor_units
    ]
    return max(reached, default=0)


def _part(program: Program, effect: Bundle, line: OrderLine) -> int | None:
    """The first part of a set that a line fits."""
    fits = [
        number
        for number, part in enumerate(effect.parts)
        if _among(line.sku, part.skus)
        and (not part.category_ids or with_above(program, line.category_ids) & set(part.category_ids))
    ]
    return fits[0] if fits else None


def _bundle(program: Program, effect: Bundle, lines: list[OrderLine]) -> dict[int, Fraction]:
    """Of lines that fit a part."""
    pieces = [
        sum(line.quantity for line in lines if _part(program, effect, line) == number)
        for number in range(len(effect.parts))
    ]
    sets = min(pieces[number] // part.quantity for number, part in enumerate(effect.parts))
    return _over(effect.points * (min(sets, effect.most) if effect.most else sets), lines)


def _over(points: int, lines: list[OrderLine]) -> dict[int, Fraction]:
    """Points of the order over lines: by what was paid, else by pieces, else evenly."""
    for weights in ([paid_for(line) for line in lines], [line.quantity for line in lines], [1] * len(lines)):
        if any(weights):
            break
    shares = [Fraction(points * weight, sum(weights)) for weight in weights]
    return dict(zip([line.line_number for line in lines], shares, strict=True))


def _outranked(program: Program, rules: list[EarnRule], exact: Exact) -> set[tuple[int, str]]:
    """Lines and rules of one brand and kind that another rule of their group goes before; `rules` by ordinal."""
    lost: set[tuple[int, str]] = set()
    for group in program.stacking_groups:
        members = [rule for rule in rules if rule.stacking_group == group.group_id]
        if group.mode is StackingMode.STACK:
            continue
        numbers = {number for number, _ in exact}
        decisions = [{number} for number in numbers] if group.basis is Basis.LINE else [numbers]
        for lines in decisions:
            sums = {
                rule.rule_id: sum((exact.get((number, rule.rule_id), Fraction()) for number in lines), Fraction())
                for rule in members
            }
            paying = [rule for rule in members if sums[rule.rule_id] > 0]
            # `max` keeps the first of equals, which has the lowest ordinal.
            winner = max(
                paying,
                key=lambda rule: (sums[rule.rule_id] if group.mode is StackingMode.BEST_OF else 0, rule.priority),
                default=None,
            )
            lost |= {
                (number, rule.rule_id)
                for rule in paying
                for number in lines
                if rule is not winner and (number, rule.rule_id) in exact
            }
    return lost


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
