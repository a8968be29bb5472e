"""Judges an order by one revision: which rules select each line, what they pay exactly, how that is made whole.

Each line is judged by the rules of its own brand (docs/DOMAIN.md §4), so a line of one brand never changes what
another brand's line earns. Pure: the same revision and order always give the same answer, in whatever order lines
and rules are named.
"""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.values.calendar import local_date
from chassis.values.integers import checked
from rules_service.domain.availability import available_time
from rules_service.domain.compiled_program import CompiledProgram, Shop, require_currency
from rules_service.domain.evaluation import Award, LineEvaluation, OrderEvaluation
from rules_service.domain.expiry import expire_time
from rules_service.domain.formulas import NOTHING, Exact, exact_sum
from rules_service.domain.order import Order, OrderLine
from rules_service.domain.rule_index import Place
from rules_service.domain.scope import resolved
from rules_service.domain.whole_points import Paid, Whole, whole_points

NO_BRAND = "A line without brand earns nothing."
DISCOUNT = "A discount line earns nothing."


def evaluate(program: CompiledProgram, order: Order) -> OrderEvaluation:
    """What the order earns, lines by number.

    Refused LOCATION_NOT_FOUND, CURRENCY_NOT_ACCEPTED, BRAND_NOT_FOUND, BRAND_NOT_SOLD_HERE (the first that
    applies; of lines, the lowest), AMOUNT_OUT_OF_RANGE.
    """
    shop = program.shop(order.location_id)
    require_currency(shop, order.currency_code)
    lines = sorted(order.lines, key=lambda line: line.line_number)
    for line in lines:
        if line.brand_id:
            program.brand_sold(line.brand_id, shop)
    place = Place(order.location_id, order.channel, order.currency_code, local_date(order.occur_time, shop.time_zone))
    whole = whole_points([_exact_points(program, line, place) for line in lines])
    checked(sum(points.points for of_line in whole for points in of_line), "points of the order")
    sold = _Sold(order.occur_time, place.day, order.currency_code, shop)
    judged = tuple(_line_evaluation(program, sold, line, of_line) for line, of_line in zip(lines, whole, strict=True))
    return OrderEvaluation(program.revision, shop.location, judged)


@dataclass(frozen=True, slots=True)
class _Sold:
    """When and where; `day` is local to the shop."""

    occur_time: datetime
    day: date
    currency_code: str
    shop: Shop


def _exact_points(program: CompiledProgram, line: OrderLine, place: Place) -> list[Paid]:
    """What each rule that selects the line pays before rounding, by ordinal: base rules come first."""
    if not line.brand_id or line.discount_line:
        return []
    paid: list[Paid] = []
    base_parts: list[Exact] = []
    base = NOTHING
    for rule in program.index[line.brand_id].selecting(line, place):
        if rule.is_base:
            exact = rule.formula.exact(line, NOTHING)
            base_parts.append(exact)
            base = exact_sum(base_parts)
        else:
            exact = rule.formula.exact(line, base)
        paid.append(Paid(rule, exact, rule.formula.words(line, place.currency_code)))
    return paid


def _line_evaluation(program: CompiledProgram, sold: _Sold, line: OrderLine, whole: list[Whole]) -> LineEvaluation:
    awards = tuple(_award(points, sold) for points in whole if points.points > 0)
    return LineEvaluation(line.line_number, line.brand_id, awards, _explained(program, line, whole))


def _award(whole: Whole, sold: _Sold) -> Award:
    rule, location, tz = whole.rule.rule, sold.shop.location, sold.shop.time_zone
    return Award(
        rule=whole.rule,
        points=whole.points,
        liability=whole.rule.liability[sold.currency_code],
        available_time=available_time(rule.availability, sold.occur_time, sold.day, tz),
        expire_time=expire_time(rule.expiry, sold.day, tz),
        scope=resolved(rule.scope, location.location_id, location.operator_entity_id, location.region),
        explanation=whole.explanation,
    )


def _explained(program: CompiledProgram, line: OrderLine, whole: list[Whole]) -> str:
    """The sentences of all rules that select the line, or why there are none."""
    if len(whole) == 1:
        return whole[0].explanation
    if whole:
        total = sum(points.points for points in whole)
        return "; ".join([*(points.explanation for points in whole), f"in all {total}"])
    if not line.brand_id:
        return NO_BRAND
    if line.discount_line:
        return DISCOUNT
    return f"No rule of {program.brands[line.brand_id].name} selects this line."
