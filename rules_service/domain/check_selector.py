"""What must be true of what rules ask of a sale: what they name exists, and there are sales that are so."""

from collections.abc import Iterator, Sequence

from rules_service.domain.check_amounts import amounts_faults
from rules_service.domain.check_dates import selector_date_faults
from rules_service.domain.check_member import member_faults
from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.fault import Fault, KnownIds, Path, unknown, unknown_among
from rules_service.domain.ladders import Ladder
from rules_service.domain.selector import BasketCondition, HourWindow, Selector


def selection_faults(path: Path, rule: EarnRule, ladders: Sequence[Ladder], known: KnownIds) -> Iterator[Fault]:
    """Faults of a rule's selector and basket condition; `ladders` are the program's."""
    yield from _selector_faults((*path, "when"), rule.selector, known)
    yield from member_faults((*path, "when"), rule.selector, ladders, known)
    if rule.basket is not None:
        yield from _basket_faults((*path, "basket"), rule.basket, known)


def _selector_faults(path: Path, selector: Selector, known: KnownIds) -> Iterator[Fault]:
    yield from unknown_among((*path, "locations"), "location", selector.location_ids, known.locations)
    yield from unknown_among((*path, "categories"), "category", selector.category_ids, known.categories)
    excluded = (*path, "except", "categories")
    yield from unknown_among(excluded, "category", selector.excluded_category_ids, known.categories)
    for index, region in enumerate(selector.regions):
        if known.regions is not None and region not in known.regions:
            yield Fault((*path, "regions", index), f"no location is in region {region}")
    for index, entity_id in enumerate(selector.operator_entity_ids):
        place = (*path, "operators", index)
        yield from unknown(place, "entity", entity_id, known.entities)
        if known.operators is not None and entity_id in (known.entities or ()) and entity_id not in known.operators:
            yield Fault(place, f"{entity_id} runs no location")
    yield from selector_date_faults(path, selector)
    if selector.hours is not None:
        yield from _hours_faults((*path, "hours"), selector.hours)


def _hours_faults(path: Path, hours: HourWindow) -> Iterator[Fault]:
    if hours.start_minute == hours.end_minute:
        yield Fault(path, "begins and ends at the same time; for the whole day leave it out")


def _basket_faults(path: Path, basket: BasketCondition, known: KnownIds) -> Iterator[Fault]:
    yield from unknown_among((*path, "brands"), "brand", basket.lines.brand_ids, known.brands)
    yield from unknown_among((*path, "categories"), "category", basket.lines.category_ids, known.categories)
    yield from amounts_faults((*path, "spend_at_least"), basket.spend_at_least, known)
