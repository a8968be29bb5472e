"""A revision made ready for deciding: nouns by id, rules indexed by brand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chassis.values.calendar import zone
from rules_service.domain.categories import CategoryTree
from rules_service.domain.compiled_rule import CompiledRule, RuleParts, compile_rule
from rules_service.domain.condition import (
    MOST_STEPS_AN_ORDER,
    Condition,
    ConditionFailed,
    ConditionFault,
    Conditions,
    LineView,
    OrderView,
)
from rules_service.domain.limit_terms import NO_LIMITS, limits_by_rule
from rules_service.domain.order import Order
from rules_service.domain.program import Brand, Location, Program
from rules_service.domain.ranking import RankedRule, ranked
from rules_service.domain.refusals import (
    brand_not_found,
    brand_not_sold_here,
    currency_not_accepted,
    location_not_found,
)
from rules_service.domain.rule_index import RuleIndex
from rules_service.domain.stacking import StackingMode
from rules_service.domain.tier_multipliers import TierMultipliers


@dataclass(frozen=True, slots=True)
class Shop:
    """A location with its brands as a set and its time zone loaded."""

    location: Location
    brand_ids: frozenset[str]
    time_zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class BrandRules:
    """The rules of one brand, by ordinal and indexed. `woven`: some look at lines of an order together, or are chosen
    between. `most_steps`: of their conditions on one line."""

    rules: tuple[CompiledRule, ...]
    index: RuleIndex
    woven: bool
    most_steps: int


@dataclass(frozen=True, slots=True)
class CompiledProgram:
    """One revision of one program. Immutable; a decision uses one of these from beginning to end. `trims`: it has
    limits of lines or orders."""

    revision: str
    program: Program
    rules: tuple[RankedRule, ...]
    shops: Mapping[str, Shop]
    brands: Mapping[str, Brand]
    rules_of: Mapping[str, BrandRules]
    tree: CategoryTree
    trims: bool
    multipliers: TierMultipliers

    def shop(self, location_id: str) -> Shop:
        """The location; LOCATION_NOT_FOUND if there is none."""
        shop = self.shops.get(location_id)
        if shop is None:
            raise location_not_found(self.program.program_id, location_id)
        return shop

    def brand_sold(self, brand_id: str, shop: Shop) -> Brand:
        """The brand, if it is known (else BRAND_NOT_FOUND) and sold there (else BRAND_NOT_SOLD_HERE)."""
        brand = self.brands.get(brand_id)
        if brand is None:
            raise brand_not_found(self.program.program_id, brand_id)
        if brand_id not in shop.brand_ids:
            raise brand_not_sold_here(brand_id, shop.location.location_id)
        return brand

    def most_steps(self, order: Order) -> int:
        """What it may take to ask the conditions of all rules about all lines of an order."""
        brands = [self.rules_of[line.brand_id] for line in order.lines if line.brand_id in self.rules_of]
        return min(MOST_STEPS_AN_ORDER, sum(rules.most_steps for rules in brands))


def require_currency(shop: Shop, currency_code: str) -> None:
    """CURRENCY_NOT_ACCEPTED unless it is the location's currency."""
    accepted = shop.location.currency_code
    if currency_code != accepted:
        raise currency_not_accepted(shop.location.location_id, currency_code, accepted)


def compile_program(revision: str, program: Program, conditions: Conditions) -> CompiledProgram:
    """The program, ready for deciding under the name of its revision.

    A condition that is none, or none any more, keeps nothing else back: its rule fails when it is reached.
    """
    rules = ranked(program.earn_rules)
    tree = CategoryTree(program.categories)
    ready = _ready_conditions(program, conditions)
    return CompiledProgram(
        revision=revision,
        program=program,
        rules=rules,
        shops={place.location_id: _shop(place) for place in program.locations},
        brands={brand.brand_id: brand for brand in program.brands},
        rules_of=_rules_of(program, rules, tree, ready),
        tree=tree,
        trims=any(not limit.holder.is_counted for limit in program.limits),
        multipliers=TierMultipliers(program.ladders),
    )


def _rules_of(
    program: Program, rules: Sequence[RankedRule], tree: CategoryTree, conditions: Mapping[str, Condition]
) -> dict[str, BrandRules]:
    brands = {brand.brand_id: brand for brand in program.brands}
    liability = {
        brand.brand_id: {rate.currency_code: rate for rate in brand.liability_values} for brand in program.brands
    }
    groups = {group.group_id: group for group in program.stacking_groups if group.mode is not StackingMode.STACK}
    limits = limits_by_rule(program.earn_rules, program.limits)
    by_brand: dict[str, list[CompiledRule]] = {brand_id: [] for brand_id in brands}
    for rule in rules:
        brand_id = rule.rule.brand_id
        parts = RuleParts(
            brand=brands[brand_id],
            liability=liability[brand_id],
            tree=tree,
            condition=conditions.get(rule.rule.condition),
            group=groups.get(rule.rule.stacking_group),
            limits=limits.get(rule.rule.rule_id, NO_LIMITS),
        )
        by_brand[brand_id].append(compile_rule(rule, parts))
    return {brand_id: _brand_rules(of_brand) for brand_id, of_brand in by_brand.items()}


def _brand_rules(rules: Sequence[CompiledRule]) -> BrandRules:
    woven = any(rule.per_order is not None or rule.group is not None for rule in rules)
    conditions = {rule.condition for rule in rules if rule.condition is not None}
    return BrandRules(tuple(rules), RuleIndex(rules), woven, sum(condition.most_steps for condition in conditions))


def _shop(location: Location) -> Shop:
    return Shop(location, frozenset(location.brand_ids), zone(location.time_zone))


@dataclass(frozen=True, slots=True)
class _NoCondition:
    """Stands where a source is no condition."""

    reason: str
    most_steps: int = 0

    def holds(self, order: OrderView, line: LineView) -> bool:
        """Always fails."""
        raise ConditionFailed(self.reason)


def _ready_conditions(program: Program, conditions: Conditions) -> dict[str, Condition]:
    """Every condition of the program by its source, each compiled once."""
    ready: dict[str, Condition] = {}
    for rule in program.earn_rules:
        source = rule.condition
        if source and source not in ready:
            found = conditions.compile(source)
            if isinstance(found, ConditionFault):
                found = _NoCondition(f"line {found.line}, column {found.column}: {found.reason}")
            ready[source] = found
    return ready
