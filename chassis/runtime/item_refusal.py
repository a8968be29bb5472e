"""Refusals as data: how one item of a batch says why it was refused.

The message is duck-typed, so that this stays free of any contract: `code`, `reason`, `domain`, `message`, `metadata`
(a map) and `violations` (with `field` and `description`), as `loyalty.type.v1.Refusal` has them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from chassis.runtime.status import MAX_DETAILS_BYTES, OMITTED
from chassis.values.refusal import Code, Refusal, Violation

_FRAMING_BYTES = 8
"""What a violation takes besides its texts."""


class ViolationMessage(Protocol):
    """One fault of one field."""

    field: str
    description: str


class RefusalMessage(Protocol):
    """A refusal inside a message."""

    code: int
    reason: str
    domain: str
    message: str

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the message names."""

    @property
    def violations(self) -> Iterable[ViolationMessage]:
        """All faulty fields."""


def refusal_from(message: RefusalMessage) -> Refusal:
    """The refusal a message tells."""
    return Refusal(
        code=Code(message.code),
        reason=message.reason,
        domain=message.domain,
        message=message.message,
        metadata=dict(message.metadata),
        violations=tuple(Violation(fault.field, fault.description) for fault in message.violations),
    )


def refusal_fields(refusal: Refusal) -> dict[str, Any]:
    """The same the other way round, as the fields of a message. Violations take no more room than the trailers of a
    unary call have, so that a batch of faulty items is answered in small; how many are left out is told."""
    kept = _that_fit(refusal.violations)
    omitted = len(refusal.violations) - len(kept)
    return {
        "code": refusal.code.value,
        "reason": refusal.reason,
        "domain": refusal.domain,
        "message": refusal.message,
        "metadata": dict(refusal.metadata) | ({OMITTED: str(omitted)} if omitted else {}),
        "violations": [{"field": fault.field, "description": fault.description} for fault in kept],
    }


def _that_fit(violations: Sequence[Violation]) -> Sequence[Violation]:
    room = MAX_DETAILS_BYTES
    for index, fault in enumerate(violations):
        room -= len(fault.field.encode()) + len(fault.description.encode()) + _FRAMING_BYTES
        if room < 0:
            return violations[:index]
    return violations
