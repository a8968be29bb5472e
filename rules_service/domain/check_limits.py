"""What must be true of caps and budgets: they cover something, and all that it may come to is counted."""

from collections.abc import Iterator, Mapping, Sequence

from rules_service.domain.earn_rule import AccrualKind, EarnRule
from rules_service.domain.effects import BaseMultiplier, PointsPerAmount, ThresholdSteps
from rules_service.domain.fault import Fault, KnownIds, Path, unknown
from rules_service.domain.limit_terms import RuleLimits, limits_by_rule
from rules_service.domain.limits import WHOLE_LIMIT, Limit, LimitWindow
from rules_service.domain.meetings import may_earn
from rules_service.domain.numbers import percent_text
from rules_service.domain.program import Program

MOST_MINOR_UNITS = 1_000_000_000_000
MOST_LIMITS_A_RULE = 16
"""Each limit of an accrual is a row that its sale locks."""
TOO_MANY = f"more than {MOST_LIMITS_A_RULE} caps and budgets cover it"


def limit_faults(program: Program, known: KnownIds) -> Iterator[Fault]:
    """Faults of all limits. That their rules exist was found when they were read."""
    for limit in program.limits:
        path = _path(limit)
        if limit.offer_id:
            yield from unknown((*path, "offer"), "rule of offer", limit.offer_id, known.offers)
        if not limit.holder.is_counted:
            yield from _uncounted_faults(path, limit)
        yield from _mark_faults((*path, "warn_at"), limit)
        yield from _money_faults((*path, "money"), limit, known)
    too_many = list(_offer_faults(program))
    yield from too_many
    if not too_many:
        covering = limits_by_rule(program.earn_rules, program.limits)
        yield from _number_faults(program, covering)
        yield from _currency_faults(program, covering)


def _path(limit: Limit) -> Path:
    return ("budgets" if limit.is_budget else "caps", limit.limit_id)


def _uncounted_faults(path: Path, limit: Limit) -> Iterator[Fault]:
    """Rules apply it to every line or order by itself and remember nothing."""
    each = limit.holder.value
    if limit.window is not LimitWindow.EVER:
        yield Fault((*path, "window"), f"a cap per {each} begins anew with every {each}; leave the window out")
    if limit.soft:
        yield Fault((*path, "overrun"), f"what one {each} is given is not told apart; a cap per {each} trims")
    if limit.warn_at:
        yield Fault((*path, "warn_at"), f"a cap per {each} is not used up over time; leave it out")


def _mark_faults(path: Path, limit: Limit) -> Iterator[Fault]:
    before = 0
    for index, mark in enumerate(limit.warn_at):
        if mark >= WHOLE_LIMIT:
            yield Fault((*path, index), "must be below 100%, which is told anyway")
        elif mark <= before:
            yield Fault((*path, index), f"must be above {percent_text(before)}, the mark before it")
        before = mark


def _money_faults(path: Path, limit: Limit, known: KnownIds) -> Iterator[Fault]:
    if limit.money is None:
        return
    if limit.money.minor_units > MOST_MINOR_UNITS:
        yield Fault(path, f"must be at most {MOST_MINOR_UNITS} minor units")
    if known.currencies is not None and limit.money.currency_code not in known.currencies:
        yield Fault(path, f"no location takes {limit.money.currency_code}")


def _offer_faults(program: Program) -> Iterator[Fault]:
    """One for each limit of an offer too many: before they are multiplied with its rules."""
    covered: dict[str, int] = {}
    for limit in sorted(program.limits, key=lambda limit: limit.limit_id):
        if limit.offer_id:
            covered[limit.offer_id] = covered.get(limit.offer_id, 0) + 1
            if covered[limit.offer_id] > MOST_LIMITS_A_RULE:
                yield Fault((*_path(limit), "offer"), TOO_MANY)


def _number_faults(program: Program, covering: Mapping[str, RuleLimits]) -> Iterator[Fault]:
    """One for each limit too many, at the first rule of which it is one."""
    told: set[str] = set()
    for rule in program.earn_rules:
        for limit in _all(covering.get(rule.rule_id))[MOST_LIMITS_A_RULE:]:
            if limit.limit_id not in told:
                told.add(limit.limit_id)
                yield Fault(_path(limit), f"of rule {rule.rule_id}: {TOO_MANY}")


def _currency_faults(program: Program, covering: Mapping[str, RuleLimits]) -> Iterator[Fault]:
    """Money in another currency is not counted: a rule that may pay in one would get round a limit of money alone."""
    told: set[tuple[str, str]] = set()
    paying = _Paying(program)
    for rule in program.earn_rules:
        for limit in _all(covering.get(rule.rule_id)):
            if limit.money is None or limit.points is not None:
                continue
            for currency in sorted(paying.currencies(rule) - {limit.money.currency_code}):
                if (limit.limit_id, currency) not in told:
                    told.add((limit.limit_id, currency))
                    reason = (
                        f"rule {rule.rule_id} may pay in {currency}, which this does not count; "
                        f"limit points too, or the rule to places that take {limit.money.currency_code}"
                    )
                    yield Fault((*_path(limit), "money"), reason)


def _all(limits: RuleLimits | None) -> Sequence[Limit]:
    if limits is None:
        return ()
    return sorted((*limits.of_lines, *limits.of_orders, *limits.counted), key=lambda limit: limit.limit_id)


class _Paying:
    """In which currencies rules may pay: of the places where they select lines, those in which their baskets can be
    reached and their effects pay."""

    def __init__(self, program: Program) -> None:
        self._locations = {location.location_id: location for location in program.locations}
        self._base: dict[str, list[EarnRule]] = {}
        self._by_places: dict[tuple[object, ...], frozenset[str]] = {}
        for rule in program.earn_rules:
            if rule.kind is AccrualKind.BASE:
                self._base.setdefault(rule.brand_id, []).append(rule)
        self._multiplied: dict[str, frozenset[str]] = {}

    def currencies(self, rule: EarnRule) -> frozenset[str]:
        """The currencies of orders on which it may pay. What a basket must come to is never reached in another."""
        taken = self._taken(rule)
        if rule.basket is not None and rule.basket.spend_at_least:
            taken &= {least.currency_code for least in rule.basket.spend_at_least}
        if isinstance(rule.effect, PointsPerAmount):
            return taken & {per.currency_code for per in rule.effect.per}
        if isinstance(rule.effect, ThresholdSteps):
            return taken & {step.at_least.currency_code for step in rule.effect.steps}
        if isinstance(rule.effect, BaseMultiplier):
            return taken & self._of_base(rule.brand_id)
        return taken

    def _of_base(self, brand_id: str) -> frozenset[str]:
        """A multiplier pays only where a base rule does."""
        found = self._multiplied.get(brand_id)
        if found is None:
            base = self._base.get(brand_id, ())
            found = self._multiplied[brand_id] = frozenset().union(*(self.currencies(rule) for rule in base))
        return found

    def _taken(self, rule: EarnRule) -> frozenset[str]:
        when = rule.selector
        key = rule.brand_id, when.location_ids, when.regions, when.operator_entity_ids
        found = self._by_places.get(key)
        if found is None:
            named = [self._locations[one] for one in when.location_ids if one in self._locations]
            places = named if when.location_ids else self._locations.values()
            found = self._by_places[key] = frozenset(
                place.currency_code for place in places if may_earn(rule.brand_id, when, place)
            )
        return found
