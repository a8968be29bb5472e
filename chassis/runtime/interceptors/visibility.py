"""Which fields of an answer leave: field × viewer, as the contracts declare it.

Of each answer's type is known beforehand where restricted fields can be; only those branches are walked, and most
answers have none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from chassis.runtime.behaviour import Behaviour, Context
from chassis.runtime.caller import current_caller
from chassis.runtime.contract import MethodContract, enum_name

VIEWER_OF_ROLE: Mapping[str, str] = {
    "MEMBER": "MEMBER",
    "POS": "TILL",
    "LOCATION_MANAGER": "LOCATION",
    "OPERATOR": "OPERATOR",
    "REGIONAL_ADMIN": "REGION",
    "HEADQUARTERS_ADMIN": "HEADQUARTERS",
    "FINANCE": "FINANCE",
    "ANALYST": "ANALYST",
}
SEES_ALL = "SERVICE"
"""The role that fields are not hidden from: what a service of the mesh passes on is filtered where it leaves."""
_OPTION = "loyalty.type.v1.seen_by"


def visibility(method: MethodContract, inner: Behaviour) -> Behaviour:
    """Wrap a behaviour: clears what the caller may not see, as the roles see by which it may call."""
    plan = None if method.answer is None else plan_of(method.answer)
    if plan is None:
        return inner

    async def filtered(request: Any, context: Context) -> Any:
        roles = current_caller().roles & method.roles
        if SEES_ALL in roles:
            return await inner(request, context)
        viewers = frozenset(VIEWER_OF_ROLE[role] for role in roles)
        if method.server_streaming:
            return await inner(request, cast(Context, _Filtering(context, plan, viewers)))
        answer = await inner(request, context)
        clear(answer, plan, viewers)
        return answer

    return filtered


@dataclass(frozen=True, slots=True)
class Plan:
    """Of a message type: fields with those who see them, and fields within which there are such."""

    restricted: tuple[tuple[str, frozenset[str]], ...]
    within: tuple[tuple[str, bool, "Plan"], ...]
    """Name, whether repeated, plan."""


@cache
def plan_of(descriptor: Descriptor) -> Plan | None:
    """The plan of a message type; None if nothing in it is restricted. A type within itself is walked as deep as the
    answer is, so its plan is not repeated: no contract has one with restricted fields, and a test says so."""
    return _plan(descriptor, frozenset())


def _plan(descriptor: Descriptor, above: frozenset[str]) -> Plan | None:
    if descriptor.full_name in above:
        return None
    restricted, within = [], []
    for field in descriptor.fields:
        viewers = viewers_of(field)
        if viewers:
            restricted.append((field.name, viewers))
        # Of those who see the field not all see everything in it.
        if field.message_type is not None and not field.message_type.GetOptions().map_entry:
            inner = _plan(field.message_type, above | {descriptor.full_name})
            if inner is not None:
                within.append((field.name, bool(field.is_repeated), inner))
    return Plan(tuple(restricted), tuple(within)) if restricted or within else None


def viewers_of(field: FieldDescriptor) -> frozenset[str]:
    """Who sees a field; none: whoever sees its message."""
    options = field.GetOptions()
    for extension, numbers in options.ListFields():
        if extension.full_name == _OPTION and extension.enum_type is not None:
            return frozenset(enum_name(extension.enum_type, number) for number in numbers)
    return frozenset()


def clear(message: Any, plan: Plan, viewers: frozenset[str]) -> None:
    """Empties the fields that none of the viewers sees."""
    for name, seen_by in plan.restricted:
        if viewers.isdisjoint(seen_by):
            message.ClearField(name)
    for name, repeated, inner in plan.within:
        if repeated:
            for each in getattr(message, name):
                clear(each, inner, viewers)
        elif message.HasField(name):
            clear(getattr(message, name), inner, viewers)


class _Filtering:
    """The context of a stream that clears what it writes."""

    def __init__(self, context: Context, plan: Plan, viewers: frozenset[str]) -> None:
        self._context = context
        self._plan = plan
        self._viewers = viewers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    async def write(self, message: Message) -> None:
        """Writes what the viewers see."""
        clear(message, self._plan, self._viewers)
        await self._context.write(message)
