"""Judges an order by one revision: which rules select each line, what they pay exactly, how that is made whole.

Each line is judged by the rules of its own brand (docs/DOMAIN.md §4), so a line of one brand never changes what
another brand's line earns unless a rule of that brand asks for it. Pure: the same revision and order always give the
same answer, in whatever order lines and rules are named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chassis.values.integers import checked
from rules_service.domain.availability import available_time
from rules_service.domain.buyer import Buyer
from rules_service.domain.claim import Claim
from rules_service.domain.compiled_program import CompiledProgram, Shop, require_currency
from rules_service.domain.deciding import Selected, decide, decide_line
from rules_service.domain.evaluation import Award, LineEvaluation, OrderEvaluation
from rules_service.domain.expiry import expire_time
from rules_service.domain.funding import funders_at
from rules_service.domain.limit_terms import limit_terms
from rules_service.domain.member_facts import NOTHING_READ
from rules_service.domain.order import Order, OrderLine
from rules_service.domain.outcomes import NotSelecting, outcome_of
from rules_service.domain.refusals import rule_failed
from rules_service.domain.rule_index import OpenIndex
from rules_service.domain.sale import Place, Sale
from rules_service.domain.scope import resolved
from rules_service.domain.trimming import trim
from rules_service.domain.whole_points import make_whole

NO_BRAND = "A line without brand earns nothing."
DISCOUNT = "A discount line earns nothing."
MOST_SELECTIONS = 50_000
"""Lines of an order times the rules that select them, in all: at most 1.5 s and 120 MB with the answer. So 2,000 lines
may be selected by 25 rules each."""
TOO_MANY_SELECTIONS = (
    f"rules select the order's lines more than {MOST_SELECTIONS:,} times in all; this one is where they do"
)


def evaluate(program: CompiledProgram, order: Order, explain: bool = False) -> OrderEvaluation:
    """What the order earns, lines by number; with `explain` also why rules of a line's brand do not select it.

    Refused LOCATION_NOT_FOUND, CURRENCY_NOT_ACCEPTED, BRAND_NOT_FOUND, BRAND_NOT_SOLD_HERE (the first that
    applies; of lines, the lowest), RULE_FAILED (of the lowest line, the lowest ordinal; conditions of a line before
    there are too many selections), AMOUNT_OUT_OF_RANGE.
    """
    shop = program.shop(order.location_id)
    require_currency(shop, order.currency_code)
    lines = sorted(order.lines, key=lambda line: line.line_number)
    for line in lines:
        if line.brand_id:
            program.brand_sold(line.brand_id, shop)
    sale = _sale(program, order, shop)
    claims = _claims(program, sale, lines)
    make_whole(claims.values(), order.currency_code)
    checked(sum(claim.points for of_line in claims.values() for claim in of_line), "points of the order")
    if program.trims:
        trim(claims, order.currency_code)
    sold = _Sold(order.occur_time, sale.place.day, order.currency_code, shop)
    why = NotSelecting(sale) if explain else None
    judged = tuple(_line_evaluation(program, sold, line, claims[line.line_number], why) for line in lines)
    read = sale.buyer.read() if sale.buyer is not None else NOTHING_READ
    return OrderEvaluation(program.revision, shop.location, judged, sale.place.day, read)


@dataclass(frozen=True, slots=True)
class _Sold:
    """When and where; `day` is local to the shop."""

    occur_time: datetime
    day: date
    currency_code: str
    shop: Shop


def _sale(program: CompiledProgram, order: Order, shop: Shop) -> Sale:
    local = order.occur_time.astimezone(shop.time_zone)
    buyer = Buyer(order.member, local.date(), shop.time_zone) if order.member is not None else None
    place = Place(
        location_id=order.location_id,
        region=shop.location.region,
        operator=shop.location.operator_entity_id,
        channel=order.channel,
        currency_code=order.currency_code,
        day=local.date(),
        weekday=local.isoweekday(),
        minute=local.hour * 60 + local.minute,
        means=tuple(sorted(payment.means for payment in order.payments)),
        segments=buyer.segments() if buyer is not None else (),
    )
    return Sale(order, place, program.tree, buyer, program.multipliers)


def _claims(program: CompiledProgram, sale: Sale, lines: Sequence[OrderLine]) -> Mapping[int, Sequence[Claim]]:
    """What becomes of every rule that selects a line, by line number in order. Rules are found line by line, so that
    of several that fail it is always the same one; then each brand is decided by itself."""
    claims: dict[int, Sequence[Claim]] = {}
    opened: dict[str, OpenIndex] = {}
    woven: dict[str, list[Selected]] = {}
    left = MOST_SELECTIONS
    for line in lines:
        claims[line.line_number] = ()
        brand_id = line.brand_id
        if not brand_id or line.discount_line:
            continue
        index = opened.get(brand_id)
        if index is None:
            index = opened[brand_id] = program.rules_of[brand_id].index.opened(sale)
            if program.rules_of[brand_id].woven:
                woven[brand_id] = []
        rules = index.selecting(line)
        if len(rules) > left:
            raise rule_failed(rules[left].rule.rule_id, rules[left].version, TOO_MANY_SELECTIONS)
        left -= len(rules)
        if brand_id in woven:
            woven[brand_id].append((line, rules))
        else:
            claims[line.line_number] = decide_line(sale, line, rules)
    for of_brand in woven.values():
        for (line, _), of_line in zip(of_brand, decide(sale, of_brand), strict=True):
            claims[line.line_number] = of_line
    return claims


def _line_evaluation(
    program: CompiledProgram, sold: _Sold, line: OrderLine, claims: Sequence[Claim], why: NotSelecting | None
) -> LineEvaluation:
    awards = tuple([_award(claim, sold) for claim in claims if claim.points > 0])
    if why is not None and line.brand_id and not line.discount_line:
        outcomes = why.told(line, program.rules_of[line.brand_id].rules, claims)
    else:
        # An award says by itself that its rule pays.
        outcomes = tuple([outcome_of(claim) for claim in claims if not claim.points])
    return LineEvaluation(line.line_number, line.brand_id, awards, _explained(program, line, claims), outcomes)


def _award(claim: Claim, sold: _Sold) -> Award:
    compiled, location, tz = claim.rule, sold.shop.location, sold.shop.time_zone
    rule = compiled.rule
    figures = compiled.told.breakdown(claim, sold.currency_code)
    if claim.tier is not None:
        figures = figures._replace(exact=claim.due, tier=claim.tier)
    return Award(
        compiled,
        claim.points,
        compiled.liability[sold.currency_code],
        available_time(rule.availability, sold.occur_time, sold.day, tz),
        expire_time(rule.expiry, sold.day, tz),
        resolved(rule.scope, location.location_id, location.operator_entity_id, location.region),
        funders_at(rule, location.operator_entity_id),
        claim.explanation,
        figures,
        claim.desired,
        claim.trimmed_by,
        limit_terms(compiled.limits, sold.currency_code, sold.day, location.location_id),
    )


def _explained(program: CompiledProgram, line: OrderLine, claims: Sequence[Claim]) -> str:
    """The sentences of the rules that pay; if none does, of those that select the line; or why there are none."""
    if len(claims) == 1:
        return claims[0].explanation
    if claims:
        counted = [claim for claim in claims if claim.points] or [claim for claim in claims if claim.preferred is None]
        if len(counted) == 1:
            return counted[0].explanation
        total = sum(claim.points for claim in counted)
        return "; ".join([*(claim.explanation for claim in counted), f"in all {total}"])
    if not line.brand_id:
        return NO_BRAND
    if line.discount_line:
        return DISCOUNT
    return f"No rule of {program.brands[line.brand_id].name} selects this line."
