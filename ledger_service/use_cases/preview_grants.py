"""What limits would leave of a sale's awards now; without locks, and without promise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger_service.domain.answers import EarnedPoints
from ledger_service.domain.apply.granting import shown
from ledger_service.domain.apply.limit_counters import LimitCounters, Whose
from ledger_service.domain.commands import Award
from ledger_service.domain.limits import (
    NO_USE,
    BudgetKey,
    BudgetShare,
    LimitHolder,
    LimitTerm,
    LimitUsage,
    MemberLimit,
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
        terms = {(term.limit_id, term.window): (term, award) for award in awards for term in award.limits}
        state = await self._state(whose, [term for term, _ in terms.values()])
        counters = LimitCounters(state, whose)
        earned: list[EarnedPoints] = []
        for award in awards:
            trimmed = counters.granted(award)
            counters.take(award, trimmed.points)
            earned.append(shown(award, trimmed, ""))
        usages = (
            _usage(state, whose, term, award.liability.currency)
            for _, (term, award) in sorted(terms.items())
            if term.holder is LimitHolder.MEMBER
        )
        return Grants(tuple(earned), tuple(usages))

    async def _state(self, whose: Whose, terms: Iterable[LimitTerm]) -> Slice:
        """A slice that knows how far the limits are used."""
        state = Slice()
        members, shared = [], {}
        for term in terms:
            if term.holder is LimitHolder.MEMBER:
                members += _keys(whose, term)
            else:
                shared[BudgetKey(whose.program, term.limit_id, term.window)] = most_of(term)
        state.member_uses = dict(await self._uses.members(members)) if members else {}
        used = await self._uses.shared(list(shared)) if shared else {}
        for key, most in shared.items():
            use = used.get(key, NO_USE)
            state.budgets[key] = BudgetShare(most, most.less(use), use, None, most.is_reached(use))
        return state


def _keys(whose: Whose, term: LimitTerm) -> list[MemberLimit]:
    return [MemberLimit(whose.program, home, term.limit_id, term.window) for home in whose.homes]


def _usage(state: Slice, whose: Whose, term: LimitTerm, currency: str) -> LimitUsage:
    used = NO_USE
    for key in _keys(whose, term):
        used = used.plus(state.member_uses.get(key, NO_USE))
    return LimitUsage(term.limit_id, term.holder, term.window, most_of(term), used, currency)
