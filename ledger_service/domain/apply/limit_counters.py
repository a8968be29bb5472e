"""What a command counts against limits, over what the slice says of them (docs/adr/0039)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ledger_service.domain.accrual import Accrual
from ledger_service.domain.commands import Award
from ledger_service.domain.limits import (
    NO_USE,
    BudgetKey,
    CountedLimit,
    LimitChanges,
    LimitHolder,
    LimitReached,
    LimitTerm,
    MemberLimit,
    Most,
    Trimmed,
    Use,
    marks_passed,
    most_of,
    trim,
    use_of,
)
from ledger_service.domain.slice import Slice


class Whose(NamedTuple):
    """Whose points are counted: a home, and all homes of its wallet."""

    program: str
    home: str
    homes: tuple[str, ...]


class LimitCounters:
    """See `LimitChanges` for what it gathers."""

    def __init__(self, state: Slice, whose: Whose) -> None:
        self._state = state
        self._whose = whose
        self._uses: dict[MemberLimit, Use] = {}
        self._budgets: dict[BudgetKey, Use] = {}
        self._marks: dict[MemberLimit, int] = {}
        self._budget_marks: dict[BudgetKey, int] = {}
        self._reached: list[LimitReached] = []

    def __copy__(self) -> "LimitCounters":
        """One that goes on by itself: a command goes back to it where it only tried something."""
        twin = LimitCounters(self._state, self._whose)
        twin._uses, twin._budgets = dict(self._uses), dict(self._budgets)
        twin._marks, twin._budget_marks = dict(self._marks), dict(self._budget_marks)
        twin._reached = list(self._reached)
        return twin

    @property
    def changes(self) -> LimitChanges:
        """What was counted and told so far."""
        return LimitChanges(self._uses, self._budgets, self._marks, self._budget_marks, tuple(self._reached))

    def count(self, before: Accrual | None, after: Accrual) -> None:
        """Counts what stands of an accrual's grant after a change; `before` is None at its birth."""
        was = before.counted if before is not None else 0
        if not after.limits or was == after.counted:
            return
        rate = after.liability.per_point
        for limit in after.limits:
            self._add(limit, after.home, use_of(limit, after.counted, rate).less(use_of(limit, was, rate)))

    def take(self, award: Award, points: int) -> None:
        """Counts points of an award that become no accrual: it is only tried."""
        for term in award.limits:
            self._add(term, self._whose.home, use_of(term, points, award.liability.per_point))

    def _add(self, limit: CountedLimit | LimitTerm, home: str, change: Use) -> None:
        if limit.holder is LimitHolder.MEMBER:
            member = MemberLimit(self._whose.program, home, limit.limit_id, limit.window)
            self._uses[member] = self._uses.get(member, NO_USE).plus(change)
            self._state.member_uses.get(member, NO_USE).plus(self._uses[member]).checked()
        else:
            budget = BudgetKey(self._whose.program, limit.limit_id, limit.window)
            self._budgets[budget] = self._budgets.get(budget, NO_USE).plus(change)
            share = self._state.budgets.get(budget)
            (share.used if share else NO_USE).plus(self._budgets[budget]).checked()

    def granted(self, award: Award) -> Trimmed:
        """What limits leave of an award now."""
        if not award.points:
            return Trimmed(0, "")
        hard = ((term.limit_id, self._left(term)) for term in award.limits if not term.soft)
        return trim(award.points, award.liability.per_point, hard)

    def _left(self, term: LimitTerm) -> Most:
        if term.holder is LimitHolder.MEMBER:
            return most_of(term).less(self._used_by_member(term))
        key = self._budget(term)
        return self._state.budgets[key].room(term, self._budgets.get(key, NO_USE))

    def tell(self, terms: Iterable[LimitTerm]) -> None:
        """Notes the marks that the command has passed, each to be told once. Of budgets only those are judged of which
        the batch has drawn, or which it has found used up."""
        for term in dict.fromkeys(terms):
            told, use = self._told(term)
            if told is None:
                continue
            marks = marks_passed(term, told, use)
            self._reached += (LimitReached(term.limit_id, term.window, mark) for mark in marks)
            if marks and term.holder is LimitHolder.MEMBER:
                self._marks[self._member(term, self._whose.home)] = marks[-1]
            elif marks:
                self._budget_marks[self._budget(term)] = marks[-1]

    def _told(self, term: LimitTerm) -> tuple[int | None, Use]:
        if term.holder is LimitHolder.MEMBER:
            known = (
                max(self._state.member_marks.get(key, 0), self._marks.get(key, 0)) for key in self._of_member(term)
            )
            return max(known), self._used_by_member(term)
        key = self._budget(term)
        share = self._state.budgets.get(key)
        if share is None or share.told is None:
            return None, NO_USE
        told = max(share.told, self._budget_marks.get(key, 0))
        return told, share.used.plus(self._budgets.get(key, NO_USE))

    def _used_by_member(self, term: LimitTerm) -> Use:
        """What all homes of the wallet use together."""
        total = NO_USE
        for key in self._of_member(term):
            total = total.plus(self._state.member_uses.get(key, NO_USE)).plus(self._uses.get(key, NO_USE))
        return total

    def _of_member(self, term: LimitTerm) -> Iterator[MemberLimit]:
        return (self._member(term, home) for home in self._whose.homes)

    def _member(self, term: LimitTerm, home: str) -> MemberLimit:
        return MemberLimit(self._whose.program, home, term.limit_id, term.window)

    def _budget(self, term: LimitTerm) -> BudgetKey:
        return BudgetKey(self._whose.program, term.limit_id, term.window)
