"""Who is calling: the claims of a verified token, carried beside the request."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from chassis.runtime.reasons import DIVISION_NOT_ALLOWED, PROGRAM_NOT_ALLOWED
from chassis.values.refusal import Reason, refuse

ANY = "*"
"""In a set of a caller: covers everything."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated integrating system. A set that holds `*` covers everything, an empty one nothing."""

    subject: str
    programs: frozenset[str]
    roles: frozenset[str]
    brands: frozenset[str]
    regions: frozenset[str]
    locations: frozenset[str]

    def may_use_program(self, program: str) -> bool:
        """True if the token covers the program."""
        return _covers(self.programs, program)

    def require_program(self, program: str) -> None:
        """Refuse `PROGRAM_NOT_ALLOWED` unless the token covers the program. Ask before telling if it exists."""
        _require(self.programs, program, "program", PROGRAM_NOT_ALLOWED)

    def require_brand(self, brand: str) -> None:
        """Refuse `DIVISION_NOT_ALLOWED` unless the token covers the brand."""
        _require(self.brands, brand, "brand", DIVISION_NOT_ALLOWED)

    def may_use_brand(self, brand: str) -> bool:
        """True if the token covers the brand."""
        return _covers(self.brands, brand)

    def may_use_location(self, location: str) -> bool:
        """True if the token covers the location."""
        return _covers(self.locations, location)

    def require_location(self, location: str) -> None:
        """Refuse `DIVISION_NOT_ALLOWED` unless the token covers the location."""
        _require(self.locations, location, "location", DIVISION_NOT_ALLOWED)


def _covers(allowed: frozenset[str], wanted: str) -> bool:
    return wanted in allowed or ANY in allowed


def _require(allowed: frozenset[str], wanted: str, kind: str, reason: Reason) -> None:
    if not _covers(allowed, wanted):
        raise refuse(reason, f"the token does not cover {kind} {wanted!r}", {f"{kind}_id": wanted})


_CALLER: ContextVar[Caller] = ContextVar("caller")
_AGAIN: ContextVar[Callable[[], Caller]] = ContextVar("caller_again")


def current_caller() -> Caller:
    """The caller of the rpc being served. Raises LookupError outside of one: work in the background has no caller."""
    return _CALLER.get()


def caller_again() -> Caller:
    """The caller of a long stream, its token verified anew. Refuses `TOKEN_EXPIRED` once its time is up and
    `TOKEN_INVALID` once its key was withdrawn. For streams that change something with every message they read."""
    return _AGAIN.get()()


def set_caller(caller: Caller, again: Callable[[], Caller]) -> None:
    """Name the caller for the rest of this task and the tasks it starts; `again` verifies its token once more."""
    _CALLER.set(caller)
    _AGAIN.set(again)
