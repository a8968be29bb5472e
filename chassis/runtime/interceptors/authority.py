"""Who may call which rpc about what, as the contracts declare it: role × rpc × attributes of the request.

A caller passes who passes by one of its roles. What lies in the request is judged here, before anything is looked up;
what lies in what the request names is judged by the use case, which finds it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from google.protobuf.message import Message

from chassis.runtime.behaviour import Behaviour, Context, Interceptor
from chassis.runtime.caller import ANY, Caller, current_caller, narrow_caller
from chassis.runtime.contract import MEMBER_ROLE, AttributePlace, Division, MethodContract
from chassis.runtime.fields_of import values_reader
from chassis.runtime.places import PlacesOf, Widening, no_places
from chassis.runtime.reasons import ROLE_NOT_ALLOWED
from chassis.runtime.scope import Scope, listed, set_scope, widest
from chassis.values.ids import is_id
from chassis.values.refusal import Refusal, refuse

_EVERYTHING = frozenset({ANY})
_COMBINATIONS = 256
"""Of roles in tokens, remembered for each rpc."""
_SCOPES = 1_000
Require = Callable[[Caller, str], None]
_REQUIRE: dict[str, Require] = {
    "PROGRAM": Caller.require_program,
    "BRAND": Caller.require_brand,
    "LOCATION": Caller.require_location,
    "REGION": Caller.require_region,
    "OPERATOR": Caller.require_operator,
    "MEMBER": Caller.require_member,
}
Reader = Callable[[Message], Collection[str]]


def authority(places: PlacesOf = no_places) -> Interceptor:
    """An interceptor that refuses `ROLE_NOT_ALLOWED`, and by the method's divisions `PROGRAM_NOT_ALLOWED`,
    `DIVISION_NOT_ALLOWED` or `MEMBER_NOT_ALLOWED`. It leaves the caller as it acts: with the locations of its regions
    or operators; a member, who sees what is its own wherever that was, with every brand and place.

    Raises ValueError for an rpc without a role, so that a server with a gap in its contract does not start.
    """
    widening = Widening(places)

    def intercept(method: MethodContract, inner: Behaviour) -> Behaviour:
        if not method.roles:
            raise ValueError(f"{method.full_method} declares no role that may call it")
        allowed = method.roles
        judges = [Judge(method.divisions, role, widening) for role in sorted(allowed)]

        @lru_cache(_COMBINATIONS)
        def judges_of(roles: frozenset[str]) -> Sequence[Judge]:
            return [judge for judge in judges if judge.role in roles]

        async def authorized(request: Any, context: Context) -> Any:
            caller = current_caller()
            asked = judges_of(caller.roles)
            if not asked:
                raise refuse(
                    ROLE_NOT_ALLOWED,
                    f"none of the caller's roles may call {method.name}",
                    {"method": method.name, "allowed": ",".join(sorted(allowed))},
                )
            if isinstance(request, Message):
                # A stream's messages are judged one by one; what could not be read is refused further in.
                narrowed, scope = _admitted(caller, asked, request)
                if narrowed is not caller:
                    narrow_caller(narrowed)
                set_scope(scope)
            return await inner(request, context)

        return authorized

    return intercept


class Judge:
    """Whether who comes by one role may ask this."""

    def __init__(self, divisions: Iterable[Division], role: str, widening: Widening) -> None:
        asked = [division for division in divisions if division.is_asked_of(role)]
        of_request = [division for division in asked if division.place is AttributePlace.REQUEST]
        self.programs = [_check(division) for division in of_request if division.attribute == "PROGRAM"]
        self.others = [_check(division) for division in of_request if division.attribute in _OTHERS]
        self.role = role
        self.of_things = frozenset(each.attribute for each in asked if each.place is AttributePlace.THING)
        of_rows = {each.attribute for each in asked if each.place in (AttributePlace.THING, AttributePlace.ANSWER)}
        self._brands, self._regions, self._locations = (
            each in of_rows and role != MEMBER_ROLE for each in ("BRAND", "REGION", "LOCATION")
        )
        self._entities = any(division.attribute == "OPERATOR" for division in asked)
        self._widening = widening

    def admit(self, caller: Caller, request: Message) -> tuple[Caller, Scope]:
        """The caller as it acts here, and the rows it may be shown. Raises the refusal."""
        acting = caller
        programs: list[str] = []
        for require, read, every in self.programs:
            found = read(request)
            _judge(caller, require, found, every)
            programs += found
        if self.role in ("REGIONAL_ADMIN", "OPERATOR"):
            acting = self._widened(caller, programs)
        for require, read, every in self.others:
            _judge(acting, require, read(request), every)
        scope = self._scope(acting, programs)
        if self.role == MEMBER_ROLE:
            return replace(acting, brands=_EVERYTHING, regions=_EVERYTHING, locations=_EVERYTHING), scope
        return (acting if not self.of_things else replace(acting, of_things=self.of_things)), scope

    def _scope(self, acting: Caller, programs: list[str]) -> Scope:
        """The programs that are named, or all that the token covers; divisions where the answer is cut to them, and the
        caller's own entities where it may ask of no other."""
        return _scope_of(
            frozenset(programs) if programs else acting.programs,
            acting.brands if self._brands else _EVERYTHING,
            acting.regions if self._regions else _EVERYTHING,
            acting.locations if self._locations else _EVERYTHING,
            acting.operators if self._entities else _EVERYTHING,
        )

    def _widened(self, caller: Caller, programs: list[str]) -> Caller:
        """With the locations of one program: ids of another's may be the same, so two programs widen nothing."""
        [program] = set(programs) if len(set(programs)) == 1 else {""}
        if self.role == "OPERATOR":
            return replace(caller, locations=self._widening.of_operators(caller, program))
        return replace(caller, locations=self._widening.of_regions(caller, program))


@lru_cache(_SCOPES)
def _scope_of(
    programs: frozenset[str],
    brands: frozenset[str],
    regions: frozenset[str],
    locations: frozenset[str],
    entities: frozenset[str],
) -> Scope:
    """Remembered, since a caller asks about the same rows again and again."""
    return Scope(listed(programs), listed(brands), listed(regions), listed(locations), listed(entities))


def _judge(caller: Caller, require: Require, names: Collection[str], every: bool) -> None:
    for name in names or ([ANY] if every else []):
        # What is no id is there for nobody: no row has it, and the handler says MALFORMED with all that is wrong. Only
        # a member's own app is told nothing before it has named its member.
        if require is Caller.require_member or name == ANY or is_id(name):
            require(caller, name)


_OTHERS = ("BRAND", "LOCATION", "REGION", "OPERATOR", "MEMBER")


def _check(division: Division) -> tuple[Require, Reader, bool]:
    # Where none means every one, it means so in each item of a list.
    empty = ANY if division.every else ""
    read: Reader = values_reader(division.field, empty) if division.field else _nothing
    # A member's own must be named: who names nobody asks about somebody else.
    return _REQUIRE[division.attribute], read, division.every or division.attribute == "MEMBER"


def _nothing(_request: Message) -> Collection[str]:
    return ()


def _admitted(caller: Caller, judges: Sequence[Judge], request: Message) -> tuple[Caller, Scope]:
    """By the roles that pass; who passes by several covers what each of them covers. The first refusal if none does."""
    if len(judges) == 1:
        return judges[0].admit(caller, request)
    passed: list[tuple[Caller, Scope]] = []
    refused: Refusal | None = None
    for judge in judges:
        try:
            passed.append(judge.admit(caller, request))
        except Refusal as refusal:
            refused = refused or refusal
    if not passed:
        assert refused is not None
        raise refused
    if len(passed) == 1:
        return passed[0]
    return _together([acting for acting, _ in passed]), widest([scope for _, scope in passed])


def _together(passed: list[Caller]) -> Caller:
    first = passed[0]
    if all(acting is first for acting in passed):
        return first
    return replace(
        first,
        brands=frozenset().union(*(acting.brands for acting in passed)),
        regions=frozenset().union(*(acting.regions for acting in passed)),
        locations=frozenset().union(*(acting.locations for acting in passed)),
        # A role that need not ask takes the question away.
        of_things=frozenset.intersection(*(acting.of_things for acting in passed)),
    )
