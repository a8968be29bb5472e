"""Whom and what a call names: by the house's rule that an opaque id stands in a field called `…_id`.

Nothing but such fields is ever looked at, and a value that has not the form of an id, or may be a telephone number or
an e-mail address written into the wrong field, is withheld: the log is kept for ever and must hold no personal data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from chassis.runtime.audit.record import Subject
from chassis.values.ids import is_id

MOST_SUBJECTS = 16
MOST_TOLD_OF = 1_000
_DEPTH = 3
_ITEMS = 20
"""Of a repeated message, how many are looked at."""
WITHHELD = "withheld"
_APART = frozenset({"program_id", "request_id"})
"""Recorded in places of their own."""


@dataclass(frozen=True, slots=True)
class IdRules:
    """What a service knows of its ids. `made`: by the end of a field's name, with what an id made by us begins
    (`member_id`: `mem_`); another value is withheld. `left_out`: fields of ids that say something of a person
    (`segment_ids`), which are not looked at."""

    made: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()


def text_field(message: Any, name: str) -> str:
    """A text field of a message if it has one of that name, fit to be recorded; else empty."""
    one = message.DESCRIPTOR.fields_by_name.get(name)
    if one is None or one.type != FieldDescriptor.TYPE_STRING or one.is_repeated:
        return ""
    value = str(getattr(message, name))
    return _fit(value) if value else ""


def nested_text(message: Any, name: str, depth: int = 2) -> str:
    """The same, also of the messages inside, the first that has it: messages of a stream wrap what they carry."""
    found = text_field(message, name)
    if found or depth == 0:
        return found
    for one, value in message.ListFields():
        if one.type == FieldDescriptor.TYPE_MESSAGE and not one.is_repeated:
            found = nested_text(value, name, depth - 1)
            if found:
                return found
    return ""


def subjects_of(rules: IdRules, *messages: Any, most: int = MOST_SUBJECTS) -> tuple[Subject, ...]:
    """What the messages name, each once, in their order, at most so many."""
    found: dict[Subject, None] = {}
    for message in messages:
        for name, value in _ids(message, _DEPTH, rules.left_out):
            found.setdefault(Subject(name.removesuffix("_id").removesuffix("_ids"), _id(rules.made, name, value)))
            if len(found) == most:
                return tuple(found)
    return tuple(found)


def told_of(rules: IdRules, answer: Any) -> tuple[Subject, ...]:
    """Everybody whom an answer tells of by an id made by us, each once, at most 1,000: who looked at somebody is asked
    of lists too."""
    found: dict[Subject, None] = {}
    for name, value in _along(answer, _ways(answer.DESCRIPTOR, frozenset(rules.made), _DEPTH)):
        found.setdefault(Subject(name.removesuffix("_ids").removesuffix("_id"), _id(rules.made, name, value)))
        if len(found) == MOST_TOLD_OF:
            break
    return tuple(found)


@cache
def _ways(message: Descriptor, endings: frozenset[str], depth: int) -> tuple["_Way", ...]:
    """Where a type of message holds ids of such names; only there answers are looked at."""
    ways = []
    for one in message.fields:
        if one.type == FieldDescriptor.TYPE_STRING and one.name.removesuffix("s").endswith(tuple(endings)):
            ways.append(_Way(one, ()))
        elif one.type == FieldDescriptor.TYPE_MESSAGE and depth > 0 and not _is_map(one):
            inner = _ways(one.message_type, endings, depth - 1)
            if inner:
                ways.append(_Way(one, inner))
    return tuple(ways)


class _Way(NamedTuple):
    field: FieldDescriptor
    within: tuple["_Way", ...]


def _along(message: Any, ways: tuple[_Way, ...]) -> Iterator[tuple[str, str]]:
    for one, within in ways:
        if not one.is_repeated and within and not message.HasField(one.name):
            continue
        value = getattr(message, one.name)
        for each in value if one.is_repeated else (value,):
            if within:
                yield from _along(each, within)
            elif each:
                yield one.name, each


def _ids(message: Any, depth: int, left_out: frozenset[str]) -> Iterator[tuple[str, str]]:
    for one, value in message.ListFields():
        if one.type == FieldDescriptor.TYPE_STRING:
            if one.name.endswith(("_id", "_ids")) and one.name not in _APART | left_out:
                yield from ((one.name, text) for text in (value if one.is_repeated else (value,)))
        elif one.type == FieldDescriptor.TYPE_MESSAGE and depth > 0 and not _is_map(one):
            for inner in value[:_ITEMS] if one.is_repeated else (value,):
                yield from _ids(inner, depth - 1, left_out)


def _is_map(one: FieldDescriptor) -> bool:
    return one.message_type is not None and bool(one.message_type.GetOptions().map_entry)


def _id(made: Mapping[str, str], name: str, value: str) -> str:
    for ending, prefix in made.items():
        if name.removesuffix("s").endswith(ending) and not value.startswith(prefix):
            return WITHHELD
    return _fit(value)


def _fit(value: str) -> str:
    return value if is_id(value) and "@" not in value and not value.startswith("+") else WITHHELD
