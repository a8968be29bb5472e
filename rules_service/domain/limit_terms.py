"""Limits by the rules they cover, and what they come to for the awards of one day and place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.limits import Limit, LimitHolder, LimitWindow


@dataclass(frozen=True, slots=True, eq=False)
class RuleLimits:
    """The limits that cover a rule, by id: those of lines, of orders, and those that the ledger counts. Shared by the
    rules that the same limits cover, so that many rules cost no more than few."""

    of_lines: tuple[Limit, ...] = ()
    of_orders: tuple[Limit, ...] = ()
    counted: tuple[Limit, ...] = ()


class LimitTerm(NamedTuple):
    """A limit that the ledger counts an award against, in the window that `window_key` names. `minor_units` are of the
    currency of the award's liability; None: no matter."""

    limit: Limit
    window_key: str
    points: int | None
    minor_units: int | None


@dataclass(frozen=True, slots=True, eq=False)
class LimitTerms:
    """The terms of all awards in one currency on one day (and at one place, if that matters), by limit id."""

    terms: tuple[LimitTerm, ...] = field(default=())


NO_LIMITS = RuleLimits()
NO_TERMS = LimitTerms()


def limits_by_rule(rules: Iterable[EarnRule], limits: Iterable[Limit]) -> Mapping[str, RuleLimits]:
    """The limits of each rule that any of them covers, by rule id."""
    in_order = sorted(limits, key=lambda limit: limit.limit_id)
    by_offer: dict[str, list[Limit]] = {}
    by_rule: dict[str, list[Limit]] = {}
    for limit in in_order:
        if limit.offer_id:
            by_offer.setdefault(limit.offer_id, []).append(limit)
        for rule_id in limit.rule_ids:
            by_rule.setdefault(rule_id, []).append(limit)
    shared: dict[tuple[str, ...], RuleLimits] = {}
    found: dict[str, RuleLimits] = {}
    for rule in rules:
        covering = [*by_rule.get(rule.rule_id, ()), *(by_offer.get(rule.offer_id, ()) if rule.offer_id else ())]
        if covering:
            covering.sort(key=lambda limit: limit.limit_id)
            key = tuple(limit.limit_id for limit in covering)
            found[rule.rule_id] = shared.get(key) or shared.setdefault(key, _sorted_out(covering))
    return found


def limit_terms(limits: RuleLimits, currency_code: str, day: date, location_id: str) -> LimitTerms:
    """What the counted limits of a rule come to for what it pays in a currency, on a local day, at a location."""
    if not limits.counted:
        return NO_TERMS
    by_place = any(limit.holder is LimitHolder.LOCATION for limit in limits.counted)
    return _terms(limits, currency_code, day, location_id if by_place else "")


def window_key(window: LimitWindow, day: date) -> str:
    """The name of the window a local day lies in: `ever`, `2026-11-22`, `2026-W47`, `2026-11`, `2026-Q4`, `2026`."""
    if window is LimitWindow.EVER:
        return "ever"
    if window is LimitWindow.DAY:
        return day.isoformat()
    if window is LimitWindow.WEEK:
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    if window is LimitWindow.MONTH:
        return f"{day.year:04d}-{day.month:02d}"
    if window is LimitWindow.QUARTER:
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}"


@lru_cache(maxsize=8192)
def _terms(limits: RuleLimits, currency_code: str, day: date, location_id: str) -> LimitTerms:
    """One value for all awards alike, so that what is made of it is made once."""
    terms = (_term(limit, currency_code, day, location_id) for limit in limits.counted)
    # A limit of money in another currency alone counts nothing; no program that is saved has one.
    return LimitTerms(tuple(term for term in terms if term.points is not None or term.minor_units is not None))


def _term(limit: Limit, currency_code: str, day: date, location_id: str) -> LimitTerm:
    key = window_key(limit.window, day)
    if limit.holder is LimitHolder.LOCATION:
        key = f"{key} {location_id}"
    money = limit.money
    return LimitTerm(
        limit, key, limit.points, money.minor_units if money and money.currency_code == currency_code else None
    )


def _sorted_out(limits: Iterable[Limit]) -> RuleLimits:
    by_holder: dict[LimitHolder, list[Limit]] = {LimitHolder.LINE: [], LimitHolder.ORDER: []}
    counted: list[Limit] = []
    for limit in limits:
        by_holder.get(limit.holder, counted).append(limit)
    return RuleLimits(tuple(by_holder[LimitHolder.LINE]), tuple(by_holder[LimitHolder.ORDER]), tuple(counted))
