"""Limits for tests without rules files, and budgets of a ledger in memory, whose one lane has all of each."""

from collections.abc import Sequence
from dataclasses import replace

from ledger_service.domain.commands import Award, BaseCommand
from ledger_service.domain.limit_wants import Wants, wants_of
from ledger_service.domain.limits import NO_USE, BudgetKey, BudgetShare, LimitHolder, LimitTerm, Most, Use
from ledger_service.domain.slice import Slice


def cap(limit_id: str, points: int | None, *, window: str = "ever", money: int | None = None) -> LimitTerm:
    """A hard limit of each member."""
    return LimitTerm(limit_id, LimitHolder.MEMBER, window, points, money)


def budget(
    limit_id: str,
    points: int | None,
    *,
    window: str = "ever",
    money: int | None = None,
    soft: bool = False,
    warn_at: Sequence[int] = (),
) -> LimitTerm:
    """A limit that everybody shares."""
    return LimitTerm(limit_id, LimitHolder.PROGRAM, window, points, money, soft, tuple(warn_at))


def limited(award: Award, *limits: LimitTerm) -> Award:
    """The award, covered by limits."""
    return replace(award, limits=limits)


def provide(state: Slice, command: BaseCommand) -> None:
    """Gives the slice what the command needs of limits: everything there is."""
    provide_wants(state, wants_of(state, (command,)))


def provide_wants(state: Slice, wants: Wants) -> None:
    """Gives the slice what is wanted of limits: everything there is."""
    for member in wants.members:
        state.member_uses.setdefault(member, NO_USE)
    for key, want in wants.budgets.items():
        known = state.budgets.get(key)
        used = known.used if known else NO_USE
        most = want.most.over(known.most if known else want.at_first)
        told = known.told if known else 0
        state.budgets[key] = BudgetShare(most, most.less(used), used, told, most.reached(used))


def used(state: Slice, key: BudgetKey) -> Use:
    """What of a budget is used."""
    return state.budgets[key].used


NO_LIMIT = Most()
