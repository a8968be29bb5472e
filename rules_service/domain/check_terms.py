"""What must be true of when and where points of a rule live: none expires before it can be spent."""

from collections.abc import Iterable, Iterator

from rules_service.domain.availability import (
    Availability,
    AvailableAfterDays,
    AvailableAfterHours,
    AvailableOn,
)
from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.expiry import expiry_day, fewest_days
from rules_service.domain.fault import Fault, KnownIds, Path, unknown
from rules_service.domain.meetings import may_earn
from rules_service.domain.program import Location
from rules_service.domain.scope import AtBrands, FromPlace


def terms_faults(path: Path, rule: EarnRule, locations: Iterable[Location], known: KnownIds) -> Iterator[Fault]:
    """Faults of one rule's availability and scope; `locations` are the program's."""
    yield from _availability_faults((*path, "available"), rule)
    if isinstance(rule.scope, AtBrands):
        for index, brand_id in enumerate(rule.scope.brand_ids):
            yield from unknown((*path, "scope", "brands", index), "brand", brand_id, known.brands)
    elif rule.scope is FromPlace.REGION:
        for location in locations:
            if not location.region and may_earn(rule.brand_id, rule.selector, location):
                reason = f"location {location.location_id}, where such points are earned, has no region"
                yield Fault((*path, "scope"), reason)


def _availability_faults(path: Path, rule: EarnRule) -> Iterator[Fault]:
    availability = rule.availability
    if isinstance(availability, AvailableOn):
        yield from _date_faults((*path, "date"), rule, availability)
    elif least := fewest_days(rule.expiry):
        yield from _span_faults(path, availability, least)


def _span_faults(path: Path, availability: Availability, least: int) -> Iterator[Fault]:
    """`least` is the fewest days points may live."""
    lived = f"some points expire after {least} {'day' if least == 1 else 'days'}"
    if isinstance(availability, AvailableAfterDays) and availability.days >= least:
        yield Fault((*path, "days"), f"must be below {least}: {lived}")
    # Points earned late in the evening live a day less by the hour; clocks that change may take up to another.
    most = 24 * (least - 2)
    if isinstance(availability, AvailableAfterHours) and availability.hours > most:
        limit = f"must be at most {most}" if most > 0 else "cannot be waited for"
        yield Fault((*path, "hours"), f"{limit}: {lived}")


def _date_faults(path: Path, rule: EarnRule, availability: AvailableOn) -> Iterator[Fault]:
    """Points that are earned earlier expire earlier, so those of the rule's first day decide."""
    if rule.expiry is None:
        return
    first = rule.selector.start_date
    if first is None:
        yield Fault(path, "points of long ago would expire before; say from when the rule is in force (`when.from`)")
        return
    expires = expiry_day(rule.expiry, first)
    if expires is not None and expires <= availability.day:
        yield Fault(path, f"must be before {expires}: points that are earned on {first} expire then")
