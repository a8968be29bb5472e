"""The one typed error of the mesh: it crosses every hop unchanged.

A refusal says *that* a call was not carried out and *why*, in a form a program can act on. It is raised anywhere
and becomes a `google.rpc.Status` in exactly one place, the errors interceptor.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Code(Enum):
    """The canonical gRPC status codes a refusal may carry."""

    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


TRANSIENT = frozenset({Code.UNAVAILABLE, Code.ABORTED, Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED})
"""Codes that say "not now": never kept under a request id, safe to send again as it was."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One fault of one field. `field` is the path in the request, e.g. `order.lines[2].quantity`."""

    field: str
    description: str


@dataclass(frozen=True, slots=True)
class Reason:
    """An entry of an area's error catalogue: its enum name, its domain, and the status code it always has."""

    name: str
    domain: str
    code: Code


@dataclass(slots=True, eq=False)
class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a fault
    """A call that is refused. `metadata` holds every value the message names, as text."""

    code: Code
    reason: str
    domain: str
    message: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    retry_after_seconds: float | None = None

    def __str__(self) -> str:
        return f"{self.code.name} {self.reason}: {self.message}"

    @property
    def transient(self) -> bool:
        """True if the same call may succeed later without anything being corrected."""
        return self.code in TRANSIENT


def refuse(
    reason: Reason,
    message: str,
    metadata: Mapping[str, object] | None = None,
    violations: tuple[Violation, ...] = (),
    retry_after_seconds: float | None = None,
) -> Refusal:
    """A refusal of a catalogued reason; metadata values are rendered as text."""
    return Refusal(
        code=reason.code,
        reason=reason.name,
        domain=reason.domain,
        message=message,
        metadata={key: str(value) for key, value in (metadata or {}).items()},
        violations=violations,
        retry_after_seconds=retry_after_seconds,
    )
