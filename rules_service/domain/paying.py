"""In which currencies a rule pays, and in which the points it gives are carried."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.effects import BaseMultiplier, PointsPerAmount, ThresholdSteps
from rules_service.domain.program import Location, Program

NOWHERE: frozenset[str] = frozenset()


def currencies_sold(locations: Iterable[Location]) -> Mapping[str, frozenset[str]]:
    """By brand, the currencies of the locations that sell it."""
    sold: dict[str, set[str]] = defaultdict(set)
    for location in locations:
        for brand_id in location.brand_ids:
            sold[brand_id].add(location.currency_code)
    return {brand_id: frozenset(currencies) for brand_id, currencies in sold.items()}


def paying_currencies(rule: EarnRule, sold: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Currencies of the orders a rule may pay on; a multiplier pays only where a base rule does."""
    if isinstance(rule.effect, PointsPerAmount):
        return frozenset(per.currency_code for per in rule.effect.per)
    if isinstance(rule.effect, ThresholdSteps):
        return frozenset(step.at_least.currency_code for step in rule.effect.steps)
    if isinstance(rule.effect, BaseMultiplier):
        return NOWHERE
    return sold.get(rule.brand_id, NOWHERE)


def rules_by_currency(program: Program) -> Mapping[str, tuple[EarnRule, ...]]:
    """The rules whose points may stand for something in a currency: those that pay there, and every multiplier of a
    brand that is sold there."""
    sold = currencies_sold(program.locations)
    found: dict[str, list[EarnRule]] = defaultdict(list)
    for rule in program.earn_rules:
        where = sold.get(rule.brand_id, NOWHERE)
        if not isinstance(rule.effect, BaseMultiplier):
            where &= paying_currencies(rule, sold)
        for currency in where:
            found[currency].append(rule)
    return {currency: tuple(rules) for currency, rules in sorted(found.items())}
