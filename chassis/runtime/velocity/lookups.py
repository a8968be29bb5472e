"""How often a caller may name somebody by what the world knows of her: look-ups, and those that led to nobody.

Which message stands for such a name is the contract's; it is passed in by its full name. A miss is charged when it is
known, also to a bucket that is empty by then, which owes it: many at once get ahead by what is served at once, and pay
for it. To take it beforehand and give it back for a hit would refuse honest callers who ask a lot at once. An answer
that takes a name into use tells that it was nobody's, as a miss does, and is charged to a bucket of its own.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from chassis.runtime.caller import Caller
from chassis.runtime.velocity.buckets import Charge
from chassis.runtime.velocity.marks import Mark
from chassis.runtime.velocity.misses import Misses
from chassis.runtime.velocity.rate import per_minute
from chassis.runtime.velocity.velocity import Velocity
from chassis.values.refusal import Code

ANSWERED = 20_000
"""How many answered requests are remembered, so that a repeat of one costs nothing."""
MISSES = frozenset({Code.NOT_FOUND, Code.ALREADY_EXISTS, Code.PERMISSION_DENIED})
"""Answers that say of a name whether it exists, and do nothing."""


Taking = Mapping[str, Callable[[Any, Any], int]]
"""By full name the requests that take names into use: of a request and its answer, how many it may have taken."""


class Lookups:
    """The limits of one process. 0: none."""

    def __init__(
        self,
        velocity: Velocity,
        name: str,
        exempt_role: str,
        *,
        lookups: int,
        missed: int,
        per_name: int = 0,
        taken: int = 0,
        taking: Taking | None = None,
        misses: Misses | None = None,
    ) -> None:
        self._velocity = velocity
        self._per_name = per_name
        self._misses = misses
        self._mark = Mark()
        # Of their own, since whoever guesses invents names: callers' buckets are not forgotten for them.
        self._names = Velocity()
        self._name = name
        self._exempt_role = exempt_role
        self._lookups = lookups
        self._missed = missed
        self._taken = taken
        self._taking = taking or {}
        self._answered: OrderedDict[bytes, None] = OrderedDict()

    def concerns(self, request: Descriptor) -> bool:
        """Whether such a name can be in a request."""
        return _holds(request, self._name, frozenset())

    def begin(self, caller: Caller, request: Any) -> Sequence[Charge]:
        """Takes a look-up for each name in the request. Refuses TOO_FREQUENT. Returns what is to be charged if one of
        them turns out to be a miss."""
        if self._exempt_role in caller.roles or _key_of(caller, request) in self._answered:
            return ()
        named = list(_named(request, self._name))
        names = len(named)
        looked = _charge("lookups_per_caller", self._lookups, caller, names)
        missed = _charge("missed_lookups_per_caller", self._missed, caller, names)
        program = getattr(request, "program_id", "")
        marks = {self._mark.of(program, str(name.kind), name.value) for name in named} if self._per_name else ()
        each = [charge for mark in sorted(marks) for charge in of_name(self._per_name, caller.subject, mark)]
        takes = request.DESCRIPTOR.full_name in self._taking
        self._velocity.ask([*looked, *missed, *(self._taken_by(caller, names) if takes else ())])
        self._names.ask(each)
        self._names.charge(each)
        self._velocity.charge(looked)
        return missed

    def missed(self, caller: Caller, request: Any, charges: Sequence[Charge]) -> None:
        """It was a miss."""
        self._velocity.charge(charges)
        if self._misses is not None and charges:
            self._misses.note(getattr(request, "program_id", ""), caller.subject)

    def answered(self, caller: Caller, request: Any, answer: Any) -> None:
        """It was none. What it took into use is charged, and a repeat of the request costs nothing."""
        if self._exempt_role in caller.roles:
            return
        key = _key_of(caller, request)
        took = self._taking.get(request.DESCRIPTOR.full_name)
        if took is not None and key not in self._answered:
            self._velocity.charge(self._taken_by(caller, took(request, answer)))
        if key:
            self._answered[key] = None
            while len(self._answered) > ANSWERED:
                self._answered.popitem(last=False)

    def _taken_by(self, caller: Caller, names: int) -> list[Charge]:
        return _charge("taken_identifiers_per_caller", self._taken, caller, names)


def of_name(count: int, subject: str, mark: str) -> list[Charge]:
    """A look-up of one name. One caller has half of them at most, or it could see to it that nobody else gets any."""
    if not count:
        return []
    own = Charge("lookups_per_caller_and_member", per_minute(-(-count // 2)), f"{subject}\x00{mark}")
    return [own, Charge("lookups_per_member", per_minute(count), mark)]


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


def _named(message: Any, name: str) -> Iterator[Any]:
    """The names in a message."""
    if message.DESCRIPTOR.full_name == name:
        yield message
        return
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_MESSAGE and _holds(field.message_type, name, frozenset()):
            for each in value if field.is_repeated else (value,):
                yield from _named(each, name)
