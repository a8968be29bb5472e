"""A revision made ready for deciding: nouns by id, rules indexed by brand."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chassis.values.calendar import zone
from rules_service.domain.compiled_rule import CompiledRule, compile_rule
from rules_service.domain.program import Brand, Location, Program
from rules_service.domain.ranking import RankedRule, ranked
from rules_service.domain.refusals import (
    brand_not_found,
    brand_not_sold_here,
    currency_not_accepted,
    location_not_found,
)
from rules_service.domain.rule_index import RuleIndex


@dataclass(frozen=True, slots=True)
class Shop:
    """A location with its brands as a set and its time zone loaded."""

    location: Location
    brand_ids: frozenset[str]
    time_zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class CompiledProgram:
    """One revision of one program. Immutable; a decision uses one of these from beginning to end."""

    revision: str
    program: Program
    rules: tuple[RankedRule, ...]
    shops: Mapping[str, Shop]
    brands: Mapping[str, Brand]
    index: Mapping[str, RuleIndex]

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


def require_currency(shop: Shop, currency_code: str) -> None:
    """CURRENCY_NOT_ACCEPTED unless it is the location's currency."""
    accepted = shop.location.currency_code
    if currency_code != accepted:
        raise currency_not_accepted(shop.location.location_id, currency_code, accepted)


def compile_program(revision: str, program: Program) -> CompiledProgram:
    """The program, ready for deciding under the name of its revision."""
    brands = {brand.brand_id: brand for brand in program.brands}
    rules = ranked(program.earn_rules)
    by_brand: dict[str, list[CompiledRule]] = {brand_id: [] for brand_id in brands}
    for rule in rules:
        brand_id = rule.rule.brand_id
        by_brand[brand_id].append(compile_rule(rule, brands[brand_id]))
    return CompiledProgram(
        revision=revision,
        program=program,
        rules=rules,
        shops={place.location_id: _shop(place) for place in program.locations},
        brands=brands,
        index={brand_id: RuleIndex(of_brand) for brand_id, of_brand in by_brand.items()},
    )


def _shop(location: Location) -> Shop:
    return Shop(location, frozenset(location.brand_ids), zone(location.time_zone))
