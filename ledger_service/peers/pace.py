"""How often: spends of a till, a member and an operator, of all ledger processes together; look-ups of a caller by
identifiers, of this process alone. Services of the mesh are exempt: the call they make it for was counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.runtime.caller import Caller, current_caller
from chassis.runtime.velocity.buckets import Charge
from chassis.runtime.velocity.lookups import of_name
from chassis.runtime.velocity.marks import Mark
from chassis.runtime.velocity.misses import Misses
from chassis.runtime.velocity.rate import per_minute
from chassis.runtime.velocity.velocity import Velocity
from ledger_service.use_cases.pace import Spend
from ledger_service.use_cases.ports import MemberRef

EXEMPT = "SERVICE"


@dataclass(frozen=True, slots=True)
class Limits:
    """A minute each; 0: none. See the settings of the same names."""

    spends_per_till: int = 0
    spends_per_member: int = 0
    spends_per_operator: int = 0
    spends_per_till_and_member: int = 0
    lookups_per_caller: int = 0
    missed_lookups_per_caller: int = 0
    lookups_per_member: int = 0


class SpendPace:
    """See `use_cases.pace.Pace`."""

    def __init__(self, velocity: Velocity, limits: Limits) -> None:
        self._velocity = velocity
        self._limits = limits

    async def take(self, spend: Spend, *, tried: bool) -> None:
        """Takes one from the till's, the member's and the operator's bucket, or from none."""
        if _counted() is not None:
            await self._velocity.take([*([] if tried else self._of_till(spend)), *self._of_others(spend)])

    async def try_out(self, spend: Spend) -> None:
        """Takes one from the till's bucket."""
        if _counted() is not None:
            await self._velocity.take(self._of_till(spend))

    async def give_back(self, spend: Spend) -> None:
        """Puts back what was taken from the others' buckets."""
        if _counted() is not None:
            await self._velocity.give_back(self._of_others(spend))

    def _of_till(self, spend: Spend) -> list[Charge]:
        till = ("spends_per_till", self._limits.spends_per_till, spend.caller, spend.location_id)
        return _charges(till, program=spend.program)

    def _of_others(self, spend: Spend) -> list[Charge]:
        """One till has not all that a member may spend, or it could see to it that no other gets any."""
        limits = self._limits
        return _charges(
            ("spends_per_member", limits.spends_per_member, spend.root),
            (
                "spends_per_till_and_member",
                limits.spends_per_till_and_member,
                spend.caller,
                spend.location_id,
                spend.root,
            ),
            ("spends_per_operator", limits.spends_per_operator, spend.operator),
            program=spend.program,
        )


class LookupPace:
    """Look-ups by identifiers: one that finds nobody costs from a bucket of its own, which is small, so that trying
    numbers out leads nowhere."""

    def __init__(self, velocity: Velocity, limits: Limits, misses: Misses | None = None) -> None:
        self._velocity = velocity
        self._limits = limits
        self._misses = misses
        self._mark = Mark()
        # Of their own, since whoever guesses invents names: callers' buckets are not forgotten for them.
        self._names = Velocity()

    def begin(self, program: str, member: MemberRef) -> Sequence[Charge]:
        """Takes a look-up, unless too many were misses. What it returns is to be charged for a miss."""
        caller = _counted()
        if caller is None:
            return ()
        looked = _charges(("lookups_per_caller", self._limits.lookups_per_caller, caller.subject))
        mark = self._mark.of(program, str(member.kind), member.value)
        named = of_name(self._limits.lookups_per_member, caller.subject, mark)
        missed = _charges(("missed_lookups_per_caller", self._limits.missed_lookups_per_caller, caller.subject))
        self._velocity.ask([*looked, *missed])
        self._names.ask(named)
        self._names.charge(named)
        self._velocity.charge(looked)
        return missed

    def missed(self, program: str, charges: Sequence[Charge]) -> None:
        """It found nobody."""
        self._velocity.charge(charges)
        caller = _counted()
        if self._misses is not None and caller is not None:
            self._misses.note(program, caller.subject)


def _counted() -> Caller | None:
    """The caller being served, unless it is exempt or there is none."""
    try:
        caller = current_caller()
    except LookupError:
        return None
    return None if EXEMPT in caller.roles else caller


def _charges(*limits: tuple[str, int, *tuple[str, ...]], program: str = "") -> list[Charge]:
    """A charge for each limit that is set and whose key is known."""
    return [
        Charge(limit, per_minute(count), "\x00".join((program, *key)))
        for limit, count, *key in limits
        if count and any(key)
    ]
