"""YAML text → a tree of maps, lists and scalars that knows its lines and keeps every scalar's exact text.

No scalar is given a type here: `0.1` stays "0.1" and `0123` stays "0123" until a field says what it wants, so no
number passes through floating point and no country code NO becomes False. Refused: anchors and aliases (they
multiply), tags, several documents, repeated keys, keys that are not plain text, depth, and sizes that nobody writes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import yaml

MOST_DEPTH = 16
MOST_ENTRIES = 20_000
"""In one list or map."""
MOST_NODES = 250_000
"""In one text."""
MOST_FAULTS = 1_000
"""After so many reading goes on no further."""

NULLS = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class TextFault:
    """What is wrong at one line (from 1) of a text."""

    line: int
    reason: str


@dataclass(slots=True)
class Scalar:
    """A scalar's text; None if it is an unquoted null."""

    line: int
    text: str | None


@dataclass(slots=True)
class ListNode:
    """A list."""

    line: int
    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class MapNode:
    """A map with the line of each key."""

    line: int
    entries: dict[str, "Node"] = field(default_factory=dict)
    key_lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | ListNode | MapNode


class _Unreadable(Exception):  # noqa: N818  caught in this file
    """Reading cannot go on."""

    def __init__(self, line: int, reason: str) -> None:
        self.fault = TextFault(line, reason)


def read_yaml(text: str) -> tuple[Node | None, list[TextFault]]:
    """The document's tree, None if it is empty or unreadable, and every fault that was found."""
    reader = _Reader(text)
    try:
        return reader.document(), reader.faults
    except _Unreadable as unreadable:
        return None, [*reader.faults, unreadable.fault]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # The parser puts the end of a text on a line of its own.
        line = min(mark.line, text.count("\n")) + 1 if mark else 1
        return None, [*reader.faults, TextFault(line, error.problem or "is not YAML")]
    except yaml.YAMLError as error:
        return None, [*reader.faults, TextFault(1, f"is not YAML: {error}".splitlines()[0])]


class _Reader:
    """Builds the tree from parser events: an alias is seen, and refused, before anything is expanded."""

    def __init__(self, text: str) -> None:
        self.faults: list[TextFault] = []
        self._nodes = 0
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Node | None:
        self._next()
        first = self._next()
        if isinstance(first, yaml.StreamEndEvent):
            return None
        root = self._node(self._next(), 0)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise _Unreadable(_line(after), "a second document begins here; a file holds one")
        return root

    def _next(self) -> yaml.Event:
        return next(self._events)

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Unreadable(_line(event), "anchors and aliases are not used in program files")
        if getattr(event, "tag", None) is not None:
            raise _Unreadable(_line(event), "tags are not used in program files")
        if depth > MOST_DEPTH:
            raise _Unreadable(_line(event), f"is nested more than {MOST_DEPTH} deep")
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise _Unreadable(_line(event), f"has more than {MOST_NODES} values; spread them over files")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(_line(event), None if event.implicit[0] and event.value in NULLS else event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(_line(event), depth)
        return self._map(_line(event), depth)

    def _list(self, line: int, depth: int) -> ListNode:
        node = ListNode(line)
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            node.items.append(self._node(event, depth + 1))
            self._require_few(event, len(node.items))
        return node

    def _map(self, line: int, depth: int) -> MapNode:
        node = MapNode(line)
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, Scalar) or key.text is None:
                self._note(key.line, "a key is plain text")
            elif key.text in node.entries:
                self._note(key.line, f"{key.text} is named a second time, first at line {node.key_lines[key.text]}")
            else:
                node.entries[key.text] = value
                node.key_lines[key.text] = key.line
            self._require_few(event, len(node.entries))
        return node

    def _require_few(self, event: yaml.Event, entries: int) -> None:
        if entries > MOST_ENTRIES:
            raise _Unreadable(_line(event), f"has more than {MOST_ENTRIES} entries")

    def _note(self, line: int, reason: str) -> None:
        self.faults.append(TextFault(line, reason))
        if len(self.faults) == MOST_FAULTS:
            raise _Unreadable(line, "has so many faults that reading stops here")


def valueless(node: Node) -> Iterator[tuple[str | int, ...]]:
    """Where a key of a map, at any depth, is written without a value."""
    if isinstance(node, MapNode):
        inside: Iterable[tuple[str | int, Node]] = node.entries.items()
    else:
        inside = enumerate(node.items) if isinstance(node, ListNode) else ()
    for step, value in inside:
        if isinstance(value, Scalar):
            if value.text is None and isinstance(node, MapNode):
                yield (step,)
        else:
            yield from ((step, *place) for place in valueless(value))


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return 1 if mark is None else int(mark.line) + 1
