"""How far budgets are used."""

from collections.abc import Sequence
from typing import NamedTuple

from ledger_service.domain.limits import LimitHolder, LimitUsage
from ledger_service.use_cases.limit_ports import AllottedBudget, BudgetPlace, LimitUses
from ledger_service.use_cases.ports import ProgramFacts, Programs


class LimitPage(NamedTuple):
    """Budgets and, unless they are the last, where the next page goes on."""

    limits: Sequence[LimitUsage]
    next: BudgetPlace | None


class ListLimits:
    """By limit and span; their limits are those of the live revision."""

    def __init__(self, programs: Programs, uses: LimitUses) -> None:
        self._programs = programs
        self._uses = uses

    async def __call__(self, program: str, limit_id: str, after: BudgetPlace | None, size: int) -> LimitPage:
        """At most `size` budgets after a page's end; PROGRAM_NOT_FOUND."""
        facts = self._programs.facts(program)
        # One more than asked for tells whether there is a next page.
        found = await self._uses.budgets(program, limit_id, after, size + 1)
        page = found[:size]
        return LimitPage([_usage(facts, one) for one in page], page[-1].place if len(found) > size else None)


def _usage(facts: ProgramFacts, budget: AllottedBudget) -> LimitUsage:
    """One that the live revision does not know any more, or by whose id it knows a limit of others, is shown as it was
    last allotted."""
    limit_id, window = budget.place
    # The span of a location's budget ends with the location.
    holder = LimitHolder.LOCATION if " " in window else LimitHolder.PROGRAM
    live = facts.limits.get(limit_id)
    if live is not None and live.holder is holder:
        return LimitUsage(limit_id, holder, window, live.most, budget.used, live.currency or budget.currency)
    return LimitUsage(limit_id, holder, window, budget.most, budget.used, budget.currency)
