"""How often a caller may name somebody by what the world knows of her: look-ups, and those that led to nobody.

Which message stands for such a name is the contract's; it is passed in by its full name. A miss is charged when it is
known, also to a bucket that is empty by then, which owes it: many at once get ahead by what is served at once, and pay
for it. To take it beforehand and give it back for a hit would refuse honest callers who ask a lot at once.
"""

from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from chassis.runtime.caller import Caller
from chassis.runtime.velocity.buckets import Charge
from chassis.runtime.velocity.rate import per_minute
from chassis.runtime.velocity.velocity import Velocity
from chassis.values.refusal import Code

ANSWERED = 20_000
"""How many answered requests are remembered, so that a repeat of one costs nothing."""
MISSES = frozenset({Code.NOT_FOUND, Code.ALREADY_EXISTS, Code.PERMISSION_DENIED})
"""Answers that say of a name whether it exists, and do nothing."""


class Lookups:
    """The limits of one process. 0: none."""

    def __init__(self, velocity: Velocity, name: str, exempt_role: str, *, lookups: int, missed: int) -> None:
        self._velocity = velocity
        self._name = name
        self._exempt_role = exempt_role
        self._lookups = lookups
        self._missed = missed
        self._answered: OrderedDict[bytes, None] = OrderedDict()

    def concerns(self, request: Descriptor) -> bool:
        """Whether such a name can be in a request."""
        return _holds(request, self._name, frozenset())

    def begin(self, caller: Caller, request: Any) -> Sequence[Charge]:
        """Takes a look-up for each name in the request. Refuses TOO_FREQUENT. Returns what is to be charged if one of
        them turns out to be a miss."""
        if self._exempt_role in caller.roles or _key_of(caller, request) in self._answered:
            return ()
        names = _count(request, self._name)
        looked = _charge("lookups_per_caller", self._lookups, caller, names)
        missed = _charge("missed_lookups_per_caller", self._missed, caller, names)
        self._velocity.ask([*looked, *missed])
        self._velocity.charge(looked)
        return missed

    def missed(self, charges: Sequence[Charge]) -> None:
        """It was a miss."""
        self._velocity.charge(charges)

    def answered(self, caller: Caller, request: Any) -> None:
        """It was none, and a repeat of the request costs nothing."""
        key = b"" if self._exempt_role in caller.roles else _key_of(caller, request)
        if key:
            self._answered[key] = None
            while len(self._answered) > ANSWERED:
                self._answered.popitem(last=False)


def _charge(limit: str, count: int, caller: Caller, names: int) -> list[Charge]:
    """Of a batch larger than the bucket, as much as that holds."""
    return [Charge(limit, per_minute(count), caller.subject, min(names, count))] if count and names else []


def _key_of(caller: Caller, request: Any) -> bytes:
    """Which request of which caller it is, by all that it says: the same id with somebody else's name in it is no
    repeat. Empty for one without an id."""
    if not getattr(request, "request_id", ""):
        return b""
    return sha256(caller.subject.encode() + b"\x00" + request.SerializeToString(deterministic=True)).digest()


@cache
def _holds(message: Descriptor, name: str, above: frozenset[str]) -> bool:
    if message.full_name == name:
        return True
    inside = above | {message.full_name}
    return any(
        field.message_type is not None
        and field.message_type.full_name not in inside
        and _holds(field.message_type, name, inside)
        for field in message.fields
    )


def _count(message: Any, name: str) -> int:
    if message.DESCRIPTOR.full_name == name:
        return 1
    found = 0
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_MESSAGE and _holds(field.message_type, name, frozenset()):
            found += sum(_count(each, name) for each in (value if field.is_repeated else (value,)))
    return found
