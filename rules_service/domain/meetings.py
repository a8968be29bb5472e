"""Who can meet over points: whose points can be spent where somebody else redeems them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from chassis.values.calendar import Interval
from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.policies import Redeemer
from rules_service.domain.program import Location, Program
from rules_service.domain.scope import AtBrands, FromPlace, Scope
from rules_service.domain.selector import Selector

ANY_PLACE = Selector()


@dataclass(frozen=True, slots=True)
class Meeting:
    """Points that `issuer` funds can be spent at a brand, where `redeemer` gives their worth, for an interval: that of
    the brand's point value with this index."""

    issuer: str
    redeemer: str
    brand_id: str
    value_index: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class _Counter:
    """A brand's point value and the places that redeem at it for one entity."""

    redeemer: str
    brand_id: str
    value_index: int
    interval: Interval
    location_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Reach:
    """What decides where points of a rule can be spent; of rules without places alike in it, so are their points."""

    scope: Scope
    brand_id: str = ""
    places: Selector = ANY_PLACE

    @classmethod
    def of(cls, rule: EarnRule) -> "_Reach":
        if not isinstance(rule.scope, FromPlace):
            return cls(rule.scope)
        return cls(rule.scope, rule.brand_id, _asked_places(rule.selector))

    @classmethod
    def at(cls, scope: Scope, brand_id: str, location: Location) -> "_Reach":
        """Of a brand's points that are earned at one location."""
        if not isinstance(scope, FromPlace):
            return cls(scope)
        if scope is FromPlace.EARNING_LOCATION:
            return cls(scope, brand_id, Selector(location_ids=(location.location_id,)))
        if scope is FromPlace.OPERATOR:
            return cls(scope, brand_id, Selector(operator_entity_ids=(location.operator_entity_id,)))
        return cls(scope, brand_id, Selector(regions=(location.region,)))


def may_earn(brand_id: str, selector: Selector, location: Location) -> bool:
    """Whether lines of a brand that are sold at a location may be selected."""
    return (
        brand_id in location.brand_ids
        and (not selector.location_ids or location.location_id in selector.location_ids)
        and (not selector.regions or location.region in selector.regions)
        and (not selector.operator_entity_ids or location.operator_entity_id in selector.operator_entity_ids)
    )


@dataclass(frozen=True, slots=True)
class Told:
    """Who is to be told by name, as issuer and as redeemer; all others are alike."""

    issuers: frozenset[str]
    redeemers: frozenset[str]


def meetings(program: Program, told: Told | None = None) -> Iterator[Meeting]:
    """Every meeting of two entities, once for each point value; who redeems his own points meets nobody.

    With `told`, of others no more than stand for all of them.
    """
    counters = _counters(program)
    issuers: dict[_Reach, dict[str, None]] = defaultdict(dict)
    for rule in program.earn_rules:
        issuers[_Reach.of(rule)].update(dict.fromkeys(funder.entity_id for funder in rule.funders))
    for reach, operator in _of_operators(program):
        issuers[reach][operator] = None
    seen: set[tuple[str, str, str, int]] = set()
    for reach, all_funders in issuers.items():
        funders: Iterable[str] = all_funders
        reached = _reached(reach, counters, program.locations)
        if told is not None:
            funders, reached = _issuers_told(funders, told.issuers), _redeemers_told(reached, told.redeemers)
        for counter in reached:
            for issuer in funders:
                met = (issuer, counter.redeemer, counter.brand_id, counter.value_index)
                if issuer != counter.redeemer and met not in seen:
                    seen.add(met)
                    yield Meeting(*met, counter.interval)


def _issuers_told(funders: Iterable[str], told: frozenset[str]) -> list[str]:
    """Those to be told, and two of the others: whoever redeems, one of the two is somebody else."""
    others = (entity for entity in funders if entity not in told)
    return [*(entity for entity in funders if entity in told), *islice(others, 2)]


def _redeemers_told(counters: Iterable[_Counter], told: frozenset[str]) -> list[_Counter]:
    """The same of who redeems, for each point value."""
    found: list[_Counter] = []
    others: dict[tuple[str, int], set[str]] = defaultdict(set)
    for counter in counters:
        standing = others[counter.brand_id, counter.value_index]
        if counter.redeemer in told:
            found.append(counter)
        elif len(standing) < 2 and counter.redeemer not in standing:
            standing.add(counter.redeemer)
            found.append(counter)
    return found


def _of_operators(program: Program) -> Iterator[tuple[_Reach, str]]:
    """The reach of points that an operator funds since they are earned at its location: what is earned at another's is
    not its own, though it be under the same rule."""
    alike = dict.fromkeys(
        (rule.scope, rule.brand_id, _asked_places(rule.selector)) for rule in program.earn_rules if rule.operator_share
    )
    for scope, brand_id, places in alike:
        for location in program.locations:
            if may_earn(brand_id, places, location):
                yield _Reach.at(scope, brand_id, location), location.operator_entity_id


def _asked_places(asked: Selector) -> Selector:
    """What a selector says of places alone."""
    return Selector(
        location_ids=asked.location_ids, regions=asked.regions, operator_entity_ids=asked.operator_entity_ids
    )


def _counters(program: Program) -> list[_Counter]:
    by_operator = program.policies.redemption.redeemer is Redeemer.OPERATOR
    selling: dict[tuple[str, str], list[Location]] = defaultdict(list)
    for location in program.locations:
        for brand_id in location.brand_ids:
            selling[brand_id, location.currency_code].append(location)
    counters = []
    for brand in program.brands:
        for index, value in enumerate(brand.point_values):
            places: dict[str, set[str]] = defaultdict(set)
            for location in selling[brand.brand_id, value.rate.currency_code]:
                places[location.operator_entity_id if by_operator else brand.entity_id].add(location.location_id)
            for redeemer, location_ids in places.items():
                counters.append(_Counter(redeemer, brand.brand_id, index, value.interval, frozenset(location_ids)))
    return counters


def _reached(reach: _Reach, counters: Iterable[_Counter], locations: Iterable[Location]) -> Iterable[_Counter]:
    if reach.scope is None:
        return counters
    if isinstance(reach.scope, AtBrands):
        return [counter for counter in counters if counter.brand_id in reach.scope.brand_ids]
    places = _places(reach, reach.scope, locations)
    return [counter for counter in counters if not places.isdisjoint(counter.location_ids)]


def _places(reach: _Reach, scope: FromPlace, locations: Iterable[Location]) -> frozenset[str]:
    """Where points that are earned under a rule can be spent."""
    earning = [location for location in locations if may_earn(reach.brand_id, reach.places, location)]
    if scope is FromPlace.EARNING_LOCATION:
        return frozenset(location.location_id for location in earning)
    if scope is FromPlace.OPERATOR:
        operators = {location.operator_entity_id for location in earning}
        return frozenset(location.location_id for location in locations if location.operator_entity_id in operators)
    regions = {location.region for location in earning if location.region}
    return frozenset(location.location_id for location in locations if location.region in regions)
