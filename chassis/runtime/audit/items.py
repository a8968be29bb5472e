"""Items of batches and of streams that were refused for want of authority: recorded by call, never one by one.

Found from the contracts: a batch has one repeated message in its request and one in its answer, whose messages have a
`refusal`; a stream both ways answers each message, in order, by one that has a `refusal`.
"""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from chassis.runtime.audit.calls import call_of
from chassis.runtime.audit.kinds import descriptor_of
from chassis.runtime.audit.log import AuditLog
from chassis.runtime.audit.subjects import nested_text
from chassis.runtime.behaviour import Context
from chassis.runtime.contract import MethodContract
from chassis.values.refusal import Code

MOST_SUBJECTS_REFUSED = 64
TOLD_EVERY = 500
"""Of a stream, what was refused is recorded after so many items at the latest, whatever they named; the others at its
end."""
_REFUSAL: Final = "refusal"
_DENIED = Code.PERMISSION_DENIED.value


@dataclass(frozen=True, slots=True)
class Batch:
    """The names of a batch's items and of their results, in the same order."""

    items: str
    results: str


def batch_of(method: MethodContract) -> Batch | None:
    """Where a unary method has its items; None if it is no batch."""
    if method.streaming:
        return None
    descriptor = descriptor_of(method)
    items, results = _repeated(descriptor.input_type), _repeated(descriptor.output_type)
    if len(items) == len(results) == 1 and _may_be_refused(results[0].message_type):
        return Batch(items[0].name, results[0].name)
    return None


def answers_each(method: MethodContract) -> bool:
    """Whether a method is a stream that answers each message by itself."""
    return method.client_streaming and method.server_streaming and _may_be_refused(descriptor_of(method).output_type)


@dataclass(slots=True)
class _Refused:
    count: int = 0
    first: list[Any] = field(default_factory=list)


class RefusedItems:
    """Those of one call, by result and program."""

    def __init__(self, audit: AuditLog, method: MethodContract, context: Context) -> None:
        self._audit = audit
        self._method = method
        self._context = context
        self._items = self._refused = 0
        self._groups: dict[tuple[str, str], _Refused] = {}

    def answered(self, item: Any, result: Any) -> None:
        """One more item, and what became of it."""
        self._items += 1
        if not result.HasField(_REFUSAL) or result.refusal.code != _DENIED:
            return
        refusal = result.refusal
        key = f"{refusal.domain}/{refusal.reason}", nested_text(item, "program_id")
        group = self._groups.setdefault(key, _Refused())
        group.count += 1
        self._refused += 1
        if len(group.first) < MOST_SUBJECTS_REFUSED:
            group.first.append(item)
        if self._refused == TOLD_EVERY:
            self.tell()

    def tell(self) -> None:
        """Records what was refused since the last time, if anything was, beside the call."""
        for (result, _program), group in self._groups.items():
            call = call_of(self._audit.id_rules, self._method, self._context, group.first, most=MOST_SUBJECTS_REFUSED)
            self._audit.refused(call, result, items=self._items, refused_items=group.count)
        if self._groups:
            self._groups, self._items, self._refused = {}, 0, 0


class Watched:
    """The context of a stream that answers each message: looks at the answers, all else passes to the real one."""

    def __init__(self, context: Context, refused: RefusedItems) -> None:
        self._context = context
        self._refused = refused
        self._asked: deque[Any] = deque()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    async def asked(self, messages: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The messages, each remembered until it is answered."""
        async for message in messages:
            self._asked.append(message)
            yield message

    async def write(self, message: Any) -> None:
        self._refused.answered(self._asked.popleft(), message)
        await self._context.write(message)


def _repeated(message: Descriptor) -> list[FieldDescriptor]:
    return [one for one in message.fields if one.is_repeated and one.message_type is not None]


def _may_be_refused(message: Descriptor | None) -> bool:
    one = None if message is None else message.fields_by_name.get(_REFUSAL)
    return one is not None and one.message_type is not None and not one.is_repeated
