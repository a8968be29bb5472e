"""Finds the rules that select a line without looking at the others.

A rule lies in one table, under the keys its selector names: a rule for two SKUs at one location lies under (SKU 1,
location) and (SKU 2, location). There is one table per set of dimensions that rules use, so the cost of a line is
one look-up per table and does not grow with the number of rules. Rules under one key that differ in their dates
lie on a timeline that is cut where any of them begins or ends.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod

from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.earn_rule import Selector
from rules_service.domain.order import OrderLine

MOST_KEYS = 256
"""A rule is entered under at most so many keys; longer lists are checked when a line is judged instead."""

MOST_CUTS = 64
"""So many stretches of a timeline are kept at hand."""


@dataclass(frozen=True, slots=True)
class Place:
    """What all lines of an order share as far as selectors look at it; `day` is local to the location."""

    location_id: str
    channel: str
    currency_code: str
    day: date


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something rules select by: the values a selector names, and the values a line has."""

    wanted: Callable[[Selector], tuple[str, ...]]
    present: Callable[[OrderLine, Place], tuple[str, ...]]


DIMENSIONS = (
    Dimension(lambda selector: selector.skus, lambda line, place: (line.sku,)),
    Dimension(lambda selector: selector.category_ids, lambda line, place: line.category_ids),
    Dimension(lambda selector: selector.location_ids, lambda line, place: (place.location_id,)),
    Dimension(lambda selector: selector.channels, lambda line, place: (place.channel,)),
)


class RuleIndex:
    """The rules of one brand, found by line. Immutable but for the stretches of its timelines it has at hand."""

    __slots__ = ("_tables",)

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        entries: dict[_Dimensions, dict[_Key, list[_Entry]]] = {}
        for rule in rules:
            dimensions = _indexed_dimensions(rule.rule.selector)
            entry = _Entry(rule, _unindexed(rule.rule.selector, dimensions))
            table = entries.setdefault(dimensions, {})
            for key in product(*(set(dimension.wanted(rule.rule.selector)) for dimension in dimensions)):
                table.setdefault(key, []).append(entry)
        self._tables = [
            (dimensions, {key: _Timeline(under_key) for key, under_key in table.items()})
            for dimensions, table in entries.items()
        ]

    def selecting(self, line: OrderLine, place: Place) -> list[CompiledRule]:
        """The rules in force on that day that select the line, by ordinal."""
        found: dict[int, CompiledRule] = {}
        for dimensions, table in self._tables:
            for key in _keys(dimensions, line, place):
                timeline = table.get(key)
                if timeline is not None:
                    for entry in timeline.in_force(place.day):
                        if entry.admits(line, place):
                            found[entry.rule.ordinal] = entry.rule
        return [found[ordinal] for ordinal in sorted(found)]


_Dimensions = tuple[Dimension, ...]
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A rule and what its key does not say: dimensions that were left out of it."""

    rule: CompiledRule
    unindexed: tuple[tuple[Dimension, frozenset[str]], ...]

    def admits(self, line: OrderLine, place: Place) -> bool:
        currency = self.rule.formula.currency_code
        if currency and currency != place.currency_code:
            return False
        return all(not wanted.isdisjoint(dimension.present(line, place)) for dimension, wanted in self.unindexed)


class _Timeline:
    """Entries under one key; which of them are in force is cut at every date one begins or ends."""

    __slots__ = ("_cuts", "_entries", "_stretches")

    def __init__(self, entries: Sequence[_Entry]) -> None:
        self._entries = tuple(entries)
        selectors = [entry.rule.rule.selector for entry in entries]
        bounds = {day for selector in selectors for day in (selector.start_date, selector.end_date) if day}
        self._cuts = sorted(bounds)
        self._stretches: dict[int, tuple[_Entry, ...]] = {}

    def in_force(self, day: date) -> tuple[_Entry, ...]:
        if not self._cuts:
            return self._entries
        stretch = bisect_right(self._cuts, day)
        entries = self._stretches.get(stretch)
        if entries is None:
            entries = tuple(entry for entry in self._entries if _in_force(entry.rule.rule.selector, day))
            if len(self._stretches) >= MOST_CUTS:
                self._stretches.clear()
            self._stretches[stretch] = entries
        return entries


def _in_force(selector: Selector, day: date) -> bool:
    return (selector.start_date is None or selector.start_date <= day) and (
        selector.end_date is None or day < selector.end_date
    )


def _indexed_dimensions(selector: Selector) -> _Dimensions:
    """The dimensions that make the rule's key: all it uses, less the longest lists while there are too many keys."""
    used = [dimension for dimension in DIMENSIONS if dimension.wanted(selector)]
    while prod(len(dimension.wanted(selector)) for dimension in used) > MOST_KEYS and len(used) > 1:
        used.remove(max(used, key=lambda dimension: len(dimension.wanted(selector))))
    return tuple(used)


def _unindexed(selector: Selector, indexed: _Dimensions) -> tuple[tuple[Dimension, frozenset[str]], ...]:
    return tuple(
        (dimension, frozenset(dimension.wanted(selector)))
        for dimension in DIMENSIONS
        if dimension.wanted(selector) and dimension not in indexed
    )


def _keys(dimensions: _Dimensions, line: OrderLine, place: Place) -> Iterator[_Key]:
    return product(*(dimension.present(line, place) for dimension in dimensions))
