"""What limits would leave of a sale's awards now; without locks, and without promise."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ledger_service.domain.answers import EarnedPoints
from ledger_service.domain.apply.granting import shown
from ledger_service.domain.apply.limit_counters import LimitCounters, Whose
from ledger_service.domain.commands import Award
from ledger_service.domain.limits import (
    NO_MOST,
    NO_USE,
    BudgetKey,
    BudgetShare,
    LimitHolder,
    LimitTerm,
    LimitUsage,
    MemberLimit,
    Most,
    most_of,
)
from ledger_service.domain.slice import Slice
from ledger_service.use_cases.limit_ports import LimitUses
from ledger_service.use_cases.ports import Resolution


@dataclass(frozen=True, slots=True)
class Grants:
    """Every award as it would be granted, in accrual order, and how far the member has used the limits of members that
    cover them, by id and span."""

    earned: tuple[EarnedPoints, ...] = ()
    limits: tuple[LimitUsage, ...] = ()

    @property
    def points(self) -> int:
        """Points granted in all."""
        return sum(earned.granted for earned in self.earned)


class PreviewGrants:
    """Trims as a posted sale would be trimmed by what is used now."""

    def __init__(self, uses: LimitUses) -> None:
        self._uses = uses

    async def __call__(self, program: str, resolution: Resolution, awards: Sequence[Award]) -> Grants:
        """What the member would be granted."""
        whose = Whose(program, resolution.member_id, resolution.homes)
        terms = [(term, award.liability.currency) for award in awards for term in award.limits]
        state = await self._state(whose, [term for term, _ in terms])
        counters = LimitCounters(state, whose)
        earned: list[EarnedPoints] = []
        for award in awards:
            trimmed = counters.granted(award)
            counters.take(award, trimmed.points)
            earned.append(shown(award, trimmed, ""))
        return Grants(tuple(earned), tuple(_usages(state, whose, terms)))

    async def _state(self, whose: Whose, terms: Iterable[LimitTerm]) -> Slice:
        """A slice that knows how far the limits are used."""
        state = Slice()
        members: set[MemberLimit] = set()
        shared: dict[BudgetKey, Most] = {}
        for term in terms:
            if term.holder is LimitHolder.MEMBER:
                members.update(_keys(whose, term))
            else:
                key = BudgetKey(whose.program, term.limit_id, term.window)
                shared[key] = most_of(term).over(shared.get(key, NO_MOST))
        state.member_uses = dict(await self._uses.members(sorted(members))) if members else {}
        used = await self._uses.shared(list(shared)) if shared else {}
        for key, most in shared.items():
            use = used.get(key, NO_USE)
            state.budgets[key] = BudgetShare(most, most.less(use), use, None, most.reached(use))
        return state


def _keys(whose: Whose, term: LimitTerm) -> list[MemberLimit]:
    return [MemberLimit(whose.program, home, term.limit_id, term.window) for home in whose.homes]


def _usages(state: Slice, whose: Whose, terms: Iterable[tuple[LimitTerm, str]]) -> Iterator[LimitUsage]:
    """How far limits of members are used, by id and span; `terms` with the currencies of what they cover, of which
    only a limit's own states its money."""
    found: dict[tuple[str, str], LimitUsage] = {}
    for term, currency in terms:
        if term.holder is not LimitHolder.MEMBER:
            continue
        place, most = (term.limit_id, term.window), most_of(term)
        known = found.get(place)
        if known is None:
            used = NO_USE
            for key in _keys(whose, term):
                used = used.plus(state.member_uses.get(key, NO_USE))
            found[place] = LimitUsage(term.limit_id, term.holder, term.window, most, used, currency)
        elif term.minor_units is not None:
            found[place] = replace(known, most=most, currency=currency)
    return (found[place] for place in sorted(found))
