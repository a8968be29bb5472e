"""What must be true between the parts of a program. Finds every fault at once; touches nothing.

Paths are those of a program file (docs/PROGRAM_FILES.md), so that the reader of files can name file and line; a
path's numbers count from 0 in the order of the file.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rules_service.domain.check_agreements import agreement_faults
from rules_service.domain.check_categories import category_faults
from rules_service.domain.check_conditions import condition_faults
from rules_service.domain.check_dates import interval_faults, overlaps
from rules_service.domain.check_exchange_rates import exchange_rate_faults
from rules_service.domain.check_ladders import ladder_faults
from rules_service.domain.check_limits import limit_faults
from rules_service.domain.check_policies import policy_faults
from rules_service.domain.check_rules import rule_faults
from rules_service.domain.check_settlement import entity_faults, settlement_faults
from rules_service.domain.check_worth import worth_faults
from rules_service.domain.condition import Conditions
from rules_service.domain.fault import Fault, KnownIds, Path, unknown
from rules_service.domain.paying import currencies_sold, paying_currencies
from rules_service.domain.program import Brand, Location, NamedPoint, Program


def program_faults(program: Program, known: KnownIds, conditions: Conditions) -> Iterator[Fault]:
    """Everything that is wrong with a program whose parts are well-formed one by one, whatever the time is.

    `known` are the ids that are defined anywhere, also by parts too faulty to be among the program's. What depends on
    the time is judged by `check_gaps`.
    """
    if program.replay_clock and not program.sandbox:
        yield Fault(("program", "replay_clock"), "only a sandbox program may run on a replay clock")
    if known.brands is not None and not known.brands:
        yield Fault(("brands",), "a program has at least one brand")
    yield from policy_faults(program.policies, known.currencies)
    yield from entity_faults(program)
    for brand in program.brands:
        yield from _brand_faults(brand, known)
    for location in program.locations:
        yield from _location_faults(location, known)
    yield from _missing_liabilities(program)
    yield from category_faults(program, known)
    yield from rule_faults(program, known)
    yield from condition_faults(program, conditions)
    yield from limit_faults(program, known)
    yield from ladder_faults(program, known)
    yield from exchange_rate_faults(program, known)
    yield from agreement_faults(program, known)
    yield from settlement_faults(program.settlement, known)


def _brand_faults(brand: Brand, known: KnownIds) -> Iterator[Fault]:
    path: Path = ("brands", brand.brand_id)
    yield from unknown((*path, "entity"), "entity", brand.entity_id, known.entities)
    of_currency: dict[str, list[int]] = defaultdict(list)
    for index, value in enumerate(brand.point_values):
        of_currency[value.rate.currency_code].append(index)
        yield from interval_faults((*path, "point_values", index), value.interval)
        yield from worth_faults((*path, "point_values", index, "worth"), value.rate)
    for currency, indexes in of_currency.items():
        for later, earlier in overlaps([brand.point_values[index].interval for index in indexes]):
            reason = f"two point values in {currency} are in force at once, this and entry {indexes[earlier] + 1}"
            yield Fault((*path, "point_values", indexes[later]), reason)
    yield from _named_point_faults((*path, "points"), brand.named_points)
    stated: set[str] = set()
    for index, rate in enumerate(brand.liability_values):
        yield from worth_faults((*path, "liability", index), rate)
        if rate.currency_code in stated:
            yield Fault((*path, "liability", index), f"a second liability value in {rate.currency_code}")
        stated.add(rate.currency_code)


def _named_point_faults(path: Path, points: Sequence[NamedPoint]) -> Iterator[Fault]:
    for index, point in enumerate(points):
        yield from interval_faults((*path, index), point.interval)
    for later, earlier in overlaps([point.interval for point in points]):
        yield Fault((*path, later), f"two names are in force at once, this and entry {earlier + 1}")


def _location_faults(location: Location, known: KnownIds) -> Iterator[Fault]:
    path: Path = ("locations", location.location_id)
    yield from unknown((*path, "operator"), "entity", location.operator_entity_id, known.entities)
    for index, brand_id in enumerate(location.brand_ids):
        yield from unknown((*path, "brands", index), "brand", brand_id, known.brands)


def _missing_liabilities(program: Program) -> Iterator[Fault]:
    """A brand says what its points stand for in every currency in which a rule of it may pay."""
    sold = currencies_sold(program.locations)
    paying: dict[str, set[str]] = {brand.brand_id: set() for brand in program.brands}
    for rule in program.earn_rules:
        if rule.brand_id in paying:
            paying[rule.brand_id] |= paying_currencies(rule, sold)
    for brand in program.brands:
        stated = {rate.currency_code for rate in brand.liability_values}
        for currency in sorted(paying[brand.brand_id] - stated):
            reason = f"rules of {brand.brand_id} may pay in {currency}: state what a point stands for in {currency}"
            yield Fault(("brands", brand.brand_id, "liability"), reason)
