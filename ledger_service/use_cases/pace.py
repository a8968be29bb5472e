"""How often points may be spent: asked after the stored answer, so that a repeat of a call that was answered costs
nothing.

What a till tries is counted of the till, whatever comes of it. Of the member and the operator counts what is spent: a
try that is refused, for its proof or by the ledger's judgement, costs them nothing, or any till could use up what
others may spend of her.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from chassis.values.refusal import Code, Refusal

_MAYBE_DONE = frozenset({Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.INTERNAL})
"""After these nobody knows whether the points were spent."""


@dataclass(frozen=True, slots=True)
class Spend:
    """A spend that is about to be decided. `operator` and `location_id` are empty where there is no place."""

    program: str
    caller: str
    location_id: str
    operator: str
    root: str


class Pace(Protocol):
    """Limits on spends."""

    async def take(self, spend: Spend, *, tried: bool) -> None:
        """Counts a spend; of the till, unless it was counted when it was `tried`, of the member and of the operator, of
        all or of none. Refuses TOO_FREQUENT with the time to wait."""
        ...

    async def try_out(self, spend: Spend) -> None:
        """Counts one of the till alone. Refuses TOO_FREQUENT likewise."""
        ...

    async def give_back(self, spend: Spend) -> None:
        """Undoes what `take` has counted of others than the till."""
        ...


class Pacing:
    """One call as it is counted: once, however often its command is made anew. Left with a refusal that says that
    nothing was spent, it gives back what was counted of member and operator."""

    def __init__(self, pace: Pace | None, spend_at: Callable[[str, str, str], Spend]) -> None:
        """`spend_at` names the spend of a member (root) at a location of an operator."""
        self._pace = pace
        self._spend_at = spend_at
        self._tried = False
        self._taken: Spend | None = None

    async def tries(self, root: str, location_id: str = "", operator: str = "") -> None:
        """It will be looked at a proof, or asked for one. Refuses TOO_FREQUENT."""
        if self._pace is not None and not self._tried:
            await self._pace.try_out(self._spend_at(root, location_id, operator))
            self._tried = True

    async def spends(self, root: str, location_id: str = "", operator: str = "") -> None:
        """It goes to the lane. Refuses TOO_FREQUENT."""
        if self._pace is not None and self._taken is None:
            spend = self._spend_at(root, location_id, operator)
            await self._pace.take(spend, tried=self._tried)
            self._tried, self._taken = True, spend

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._pace is not None and self._taken is not None and _is_no_spend(error):
            await self._pace.give_back(self._taken)


def _is_no_spend(error: BaseException | None) -> bool:
    return isinstance(error, Refusal) and error.code not in _MAYBE_DONE
