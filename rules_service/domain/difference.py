"""What changed between two contents, place by place."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chassis.values.canonical import Plain
from rules_service.domain.content import PlainMap
from rules_service.domain.content_amounts import KEYS
from rules_service.domain.content_told import told_content
from rules_service.domain.numbers import money_text


@dataclass(frozen=True, slots=True)
class Difference:
    """A changed place and its text before and after; empty where there was, or is, nothing."""

    path: str
    before: str
    after: str


def differences(before: PlainMap, after: PlainMap) -> tuple[Difference, ...]:
    """The changed places, sorted by path. A noun that was added or removed is one place."""
    before, after = told_content(before), told_content(after)
    return tuple(
        difference
        for section in sorted(before.keys() | after.keys())
        for difference in _section(section, before.get(section), after.get(section))
    )


def _section(name: str, before: Plain, after: Plain) -> Iterator[Difference]:
    """A list of nouns that is missing on one side is an empty one."""
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        return _changes(name, before or {}, after or {})
    return _changes(name, before, after)


def _changes(path: str, before: Plain, after: Plain) -> Iterator[Difference]:
    if before == after:
        return
    old, new = _places(before), _places(after)
    if old is None or new is None:
        yield Difference(path, _text(before), _text(after))
        return
    for key in sorted(old.keys() | new.keys()):
        yield from _changes(f"{path}.{key}", old.get(key), new.get(key))


def _places(value: Plain) -> Mapping[str, Plain] | None:
    """The places inside a value; None if it is one place itself."""
    return value if isinstance(value, Mapping) and not _is_money(value) else None


def _is_money(value: Mapping[str, Plain]) -> bool:
    return value.keys() == KEYS


def _is_short(value: Plain) -> bool:
    return isinstance(value, str) or (isinstance(value, Mapping) and _is_money(value))


def _text(value: Plain) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and _is_money(value):
        return money_text(int(str(value["minor_units"])), str(value["currency_code"]))
    if isinstance(value, list) and all(_is_short(item) for item in value):
        return ", ".join(_text(item) for item in value)
    return json.dumps(value, sort_keys=True, separators=(", ", ": "), ensure_ascii=False)
