"""What reading limits needs of the world."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from ledger_service.domain.limits import BudgetKey, MemberLimit, Most, Use


class BudgetPlace(NamedTuple):
    """Where a budget stands in a list: limit and span."""

    limit_id: str
    window: str


class AllottedBudget(NamedTuple):
    """A budget in which something was counted: the limit by which it was last allotted, with the currency of its money,
    and what all lanes have used."""

    place: BudgetPlace
    most: Most
    currency: str
    used: Use


class LimitUses(Protocol):
    """Counters of limits, read without locks."""

    async def budgets(
        self, program: str, limit_id: str, after: BudgetPlace | None, limit: int
    ) -> Sequence[AllottedBudget]:
        """At most `limit` budgets of a program (of one limit, if `limit_id` is set), in order, after a place."""

    async def members(self, keys: Sequence[MemberLimit]) -> Mapping[MemberLimit, Use]:
        """What homes have used; one that is missing has used nothing."""

    async def shared(self, keys: Sequence[BudgetKey]) -> Mapping[BudgetKey, Use]:
        """What of budgets all lanes have used; one that is missing was never used."""
