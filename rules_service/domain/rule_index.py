"""Finds the rules that select a line without looking at the others.

A rule lies under values its selector names (`index_keys` says which): one for two SKUs lies under either SKU. What all
lines of an order share (location, channel, weekday, …) is looked up once an order, what is each line's own (SKU,
categories, an attribute) once a line. There is one table per set of dimensions in keys, so that the cost of a line is
one look-up per table and does not grow with the number of rules. Rules under one key that differ in their dates lie on
a timeline that is cut where any of them begins or ends, and those that differ by what they ask of the member in a crowd
(`fact_crowd`). Whatever a key does not say is asked of the few rules that are found.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import product

from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.fact_crowd import FactCrowd
from rules_service.domain.formulas import ANY_CURRENCY
from rules_service.domain.index_entries import Entry, met
from rules_service.domain.index_keys import NO_VALUES, Key, chosen, keys, named
from rules_service.domain.order import OrderLine
from rules_service.domain.requirements import (
    LINE_DIMENSIONS,
    PLACE_DIMENSIONS,
    LineDimension,
    PlaceDimension,
    requirements,
)
from rules_service.domain.sale import Sale
from rules_service.domain.selector import Selector

MOST_CUTS = 64
"""So many stretches of a timeline are kept at hand."""
WORTH_A_TIMELINE = 8
"""Fewer rules than this are quicker asked for their dates one by one."""
WORTH_A_CROWD = 8
"""Fewer rules than this are quicker asked for what they look at of the member one by one."""


class _Timeline:
    """Entries under one key; which of them are in force is cut at every date one begins or ends."""

    __slots__ = ("_cuts", "_entries", "_stretches")

    def __init__(self, entries: tuple[Entry, ...], cuts: Sequence[date]) -> None:
        self._entries = entries
        self._cuts = cuts
        self._stretches: dict[int, tuple[Entry, ...] | FactCrowd] = {}

    def asked(self, line: OrderLine, sale: Sale) -> Sequence[Entry]:
        """Those in force on the day of the sale."""
        day = sale.place.day
        stretch = bisect_right(self._cuts, day)
        entries = self._stretches.get(stretch)
        if entries is None:
            entries = _crowded([entry for entry in self._entries if _in_force(entry.rule.rule.selector, day)])
            if len(self._stretches) >= MOST_CUTS:
                self._stretches.clear()
            self._stretches[stretch] = entries
        return entries if isinstance(entries, tuple) else entries.asked(line, sale)


_Found = tuple[Entry, ...] | _Timeline | FactCrowd
_LineTable = tuple[tuple[LineDimension, ...], Mapping[Key, _Found]]
_PlaceTable = tuple[tuple[PlaceDimension, ...], Mapping[Key, list[_LineTable]]]


class RuleIndex:
    """The rules of one brand. Immutable but for the stretches of its timelines it has at hand."""

    __slots__ = ("_anywhere", "_conditioned", "_placed")

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        of_brand = list(rules)
        self._conditioned = any(rule.condition is not None for rule in of_brand)
        tables = _tables(of_brand)
        self._anywhere = [
            table for place_dimensions, by_place in tables if not place_dimensions for table in by_place[()]
        ]
        self._placed = [table for table in tables if table[0]]

    def opened(self, sale: Sale) -> "OpenIndex":
        """What of it can select lines of this order."""
        tables = self._anywhere
        if self._placed:
            tables = list(tables)
            for dimensions, by_place in self._placed:
                for key in keys([dimension.present(sale.place) for dimension in dimensions]):
                    tables += by_place.get(key, ())
        return OpenIndex(tables, sale, self._conditioned)


class OpenIndex:
    """The rules of one brand that can select lines of one order."""

    __slots__ = ("_conditioned", "_sale", "_tables")

    def __init__(self, tables: Sequence[_LineTable], sale: Sale, conditioned: bool) -> None:
        self._tables = tables
        self._sale = sale
        self._conditioned = conditioned

    def selecting(self, line: OrderLine) -> list[CompiledRule]:
        """The rules that select the line, by ordinal. Raises RULE_FAILED if a condition comes to no answer."""
        found: dict[int, CompiledRule] = {}
        sale = self._sale
        place = sale.place
        for dimensions, table in self._tables:
            for key in _keys_of(line, sale, dimensions) if dimensions else NO_VALUES:
                entries = table.get(key)
                if entries is None:
                    continue
                for entry in entries if isinstance(entries, tuple) else entries.asked(line, sale):
                    if entry.currencies and place.currency_code not in entry.currencies:
                        continue
                    if not entry.rest or met(entry.rest, line, sale):
                        found[entry.rule.ordinal] = entry.rule
        rules = [found[ordinal] for ordinal in sorted(found)] if len(found) > 1 else list(found.values())
        return [rule for rule in rules if sale.condition_is(rule, line)] if self._conditioned else rules


def _tables(rules: Sequence[CompiledRule]) -> list[_PlaceTable]:
    """The rules under their keys: by place, then by what is the line's own."""
    entered: dict[tuple[PlaceDimension, ...], dict[Key, dict[tuple[LineDimension, ...], dict[Key, list[Entry]]]]]
    entered = {}
    alone: dict[Entry, tuple[Entry, ...]] = {}
    for rule, keyed in zip(rules, chosen([rule.rule.selector for rule in rules]), strict=True):
        at_place = tuple(dimension for dimension in PLACE_DIMENSIONS if dimension in keyed)
        on_line = tuple(dimension for dimension in LINE_DIMENSIONS if dimension in keyed)
        # Of the currencies the entry asks by itself.
        asked = requirements(rule.rule, ANY_CURRENCY)
        entry = Entry(rule, tuple(part for part in asked if part.dimension is None or part.dimension not in keyed))
        selector = rule.rule.selector
        line_keys = list(keys([named(dimension, selector) for dimension in on_line]))
        by_place = entered.setdefault(at_place, {})
        for place_key in keys([named(dimension, selector) for dimension in at_place]):
            by_line = by_place.setdefault(place_key, {}).setdefault(on_line, {})
            for line_key in line_keys:
                by_line.setdefault(line_key, []).append(entry)
    return [
        (
            at_place,
            {
                place_key: [
                    (on_line, {key: _found(entries, alone) for key, entries in table.items()})
                    for on_line, table in by_dimensions.items()
                ]
                for place_key, by_dimensions in by_place.items()
            },
        )
        for at_place, by_place in entered.items()
    ]


def _found(entries: Sequence[Entry], alone: dict[Entry, tuple[Entry, ...]]) -> _Found:
    """`alone`: what all keys share under which no rule but one lies."""
    if len(entries) == 1:
        return alone.setdefault(entries[0], tuple(entries))
    if len(entries) >= WORTH_A_TIMELINE:
        selectors = [entry.rule.rule.selector for entry in entries]
        cuts = {day for selector in selectors for day in (selector.start_date, selector.end_date) if day}
        if cuts:
            return _Timeline(tuple(entries), sorted(cuts))
    return _crowded(entries)


def _crowded(entries: Sequence[Entry]) -> tuple[Entry, ...] | FactCrowd:
    if len(entries) >= WORTH_A_CROWD and sum(bool(entry.facts) for entry in entries) >= WORTH_A_CROWD:
        return FactCrowd(entries)
    return tuple(entries)


def _in_force(selector: Selector, day: date) -> bool:
    return (selector.start_date is None or selector.start_date <= day) and (
        selector.end_date is None or day < selector.end_date
    )


def _keys_of(line: OrderLine, sale: Sale, dimensions: Sequence[LineDimension]) -> Iterable[Key]:
    if len(dimensions) == 1:
        return dimensions[0].present(line, sale)
    return product(*[dimension.present(line, sale) for dimension in dimensions])
