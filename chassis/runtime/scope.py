"""Which rows the rpc being served may see: what row security is told."""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass

from chassis.runtime.caller import ANY
from chassis.values.ids import is_id


@dataclass(frozen=True, slots=True)
class Scope:
    """Names of each kind as the database reads them: comma-separated, `*` for all, empty for none. `entities` are the
    operators whose books are shown."""

    programs: str = ""
    brands: str = ""
    regions: str = ""
    locations: str = ""
    entities: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """All of them, in the order of the fields."""
        return self.programs, self.brands, self.regions, self.locations, self.entities


NOTHING = Scope()
_SCOPE: ContextVar[Scope] = ContextVar("scope", default=NOTHING)


def current_scope() -> Scope:
    """The scope of the rpc being served; nothing outside of one."""
    return _SCOPE.get()


def set_scope(scope: Scope) -> None:
    """For the rest of this task and the tasks it starts."""
    _SCOPE.set(scope)


def widest(scopes: Iterable[Scope]) -> Scope:
    """What any of some scopes shows, kind by kind."""
    several = list(scopes)
    first = several[0]
    if all(scope == first for scope in several):
        return first
    kinds = zip(*(scope.kinds for scope in several), strict=True)
    return Scope(*(listed(name for names in kind for name in names.split(",") if name) for kind in kinds))


def listed(names: Iterable[str]) -> str:
    """Names of a scope. What is no id names nothing, so it is left out: a comma in it would make two of one."""
    found = set(names)
    return ANY if ANY in found else ",".join(sorted(filter(is_id, found)))
