"""Reading the values of a named field out of a request of any type, as a contract's options name it."""

from collections.abc import Callable, Collection
from typing import Any

from google.protobuf.message import Message

OTHERWISE = "*"
"""Of a reference to a member that names it otherwise than by member id: nobody's own."""


def values_reader(path: str, empty: str = "") -> Callable[[Message], Collection[str]]:
    """The values of a dotted path, each once and in order, of repeated fields all: `order.lines.brand_id`. Empty texts
    are told as `empty`, or left out. A field that holds a reference to a member gives the member id, or `OTHERWISE`."""
    names = path.split(".")
    steps: list[tuple[str, bool]] = []

    def read(message: Message) -> Collection[str]:
        if not steps:
            steps.extend(_steps(message, names))
        if len(steps) == 1 and isinstance(only := getattr(message, names[0]), str):
            return [only or empty] if only or empty else []
        found: list[Any] = [message]
        for name, repeated in steps:
            if repeated:
                found = [value for one in found for value in getattr(one, name)]
            else:
                found = [getattr(one, name) for one in found]
        if found and not isinstance(found[0], str):
            found = [(one.member_id or OTHERWISE) if one.ByteSize() else "" for one in found]
        return [value for value in dict.fromkeys(value or empty for value in found) if value]

    return read


def _steps(message: Message, names: list[str]) -> list[tuple[str, bool]]:
    """Each name of a path with whether it is repeated."""
    steps: list[tuple[str, bool]] = []
    descriptor: Any = message.DESCRIPTOR
    for name in names:
        field = descriptor.fields_by_name[name]
        steps.append((name, bool(field.is_repeated)))
        descriptor = field.message_type
    return steps
