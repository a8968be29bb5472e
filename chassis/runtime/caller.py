"""Who is calling: the claims of a verified token, carried beside the request."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from chassis.runtime.reasons import DIVISION_NOT_ALLOWED, MEMBER_NOT_ALLOWED, PROGRAM_NOT_ALLOWED
from chassis.values.ids import is_id
from chassis.values.refusal import Reason, refuse

ANY = "*"
"""In a set of a caller: covers everything."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated integrating system. A set that holds `*` covers everything, an empty one nothing.

    Where an rpc is served, `locations` also holds those of the regions or operators that the caller acts for, and
    `of_things` the attributes that its contract says lie in what the call names: the use case asks for them.
    """

    subject: str
    programs: frozenset[str]
    roles: frozenset[str]
    brands: frozenset[str]
    regions: frozenset[str]
    locations: frozenset[str]
    operators: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    of_things: frozenset[str] = frozenset()

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

    def require_region(self, region: str) -> None:
        """Refuse `DIVISION_NOT_ALLOWED` unless the token covers the region."""
        _require(self.regions, region, "region", DIVISION_NOT_ALLOWED)

    def require_operator(self, operator: str) -> None:
        """Refuse `DIVISION_NOT_ALLOWED` unless the token is this operator's."""
        _require(self.operators, operator, "operator", DIVISION_NOT_ALLOWED)

    def require_member(self, member: str) -> None:
        """Refuse `MEMBER_NOT_ALLOWED` unless the token is this member's own. The refusal names nobody."""
        if member not in self.members:
            raise refuse(MEMBER_NOT_ALLOWED, "the token is for its own member alone, named by member id")

    def sees_location_of_thing(self, location: str) -> bool:
        """True unless the contract says that what the call names must lie where the token covers, and it does not."""
        return "LOCATION" not in self.of_things or self.may_use_location(location)

    def may_use_location(self, location: str) -> bool:
        """True if the token covers the location."""
        return _covers(self.locations, location)

    def require_location(self, location: str) -> None:
        """Refuse `DIVISION_NOT_ALLOWED` unless the token covers the location."""
        _require(self.locations, location, "location", DIVISION_NOT_ALLOWED)


def _covers(allowed: frozenset[str], wanted: str) -> bool:
    return wanted in allowed or ANY in allowed


def _require(allowed: frozenset[str], wanted: str, kind: str, reason: Reason) -> None:
    if _covers(allowed, wanted):
        return
    if wanted != ANY and not is_id(wanted):
        # It was not read yet, and may be anything: a refusal repeats ids alone.
        raise refuse(reason, f"the token does not cover the {kind}, which is no id")
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


def narrow_caller(caller: Caller) -> None:
    """The caller as it acts in the rpc being served: after its contract's divisions were judged."""
    _CALLER.set(caller)


def set_caller(caller: Caller, again: Callable[[], Caller]) -> None:
    """Name the caller for the rest of this task and the tasks it starts; `again` verifies its token once more."""
    _CALLER.set(caller)
    _AGAIN.set(again)
