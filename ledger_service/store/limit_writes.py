"""What a batch adds to the counters of limits, as columns of statements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chassis.runtime.statements import Statement
from ledger_service.domain.limits import NO_USE, BudgetKey, LimitChanges, MemberLimit, Use
from ledger_service.store import rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.commit_ports import Application


@dataclass(slots=True)
class _Sums:
    """The differences of a batch's commands together, and the highest marks they tell."""

    uses: dict[MemberLimit, Use] = field(default_factory=dict)
    marks: dict[MemberLimit, int] = field(default_factory=dict)
    budgets: dict[BudgetKey, Use] = field(default_factory=dict)
    budget_marks: dict[BudgetKey, int] = field(default_factory=dict)

    def take(self, changes: LimitChanges) -> None:
        for member, use in changes.uses.items():
            self.uses[member] = self.uses.get(member, NO_USE).plus(use)
        for budget, use in changes.budget_uses.items():
            self.budgets[budget] = self.budgets.get(budget, NO_USE).plus(use)
        self.marks.update(changes.marks)
        self.budget_marks.update(changes.budget_marks)


def limit_parts(applied: Sequence[Application], partition: int) -> Iterator[tuple[Statement, list[Sequence[object]]]]:
    """The statements, each with its columns; none where nothing was counted. `partition`: the lane's."""
    sums = _Sums()
    for application in applied:
        sums.take(application.applied.changes.limits)
    # A mark may be told by a home of the wallet that used nothing.
    members = [(key, sums.uses.get(key, NO_USE), sums.marks.get(key, 0)) for key in sorted({*sums.uses, *sums.marks})]
    parts: list[tuple[Statement, list[rows.Values]]] = [
        (SQL.add_member_uses, [(rows.bucket(*key[:2]), *key, *use, mark) for key, use, mark in members]),
        (SQL.add_budget_uses, [(*key, partition, *use) for key, use in sorted(sums.budgets.items())]),
        (SQL.tell_budgets, [(*key, mark) for key, mark in sorted(sums.budget_marks.items())]),
    ]
    for statement, values in parts:
        if values:
            yield statement, rows.columns(values, len(values[0]))
