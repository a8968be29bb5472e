"""The returns that wait for their sales, page by page."""

from collections.abc import Sequence
from typing import NamedTuple

from ledger_service.domain.order import PostedReturn
from ledger_service.use_cases.ports import Programs
from ledger_service.use_cases.return_ports import ParkedKey, StoredReturns
from ledger_service.use_cases.return_requests import ParkedReturnsRequest


class ParkedPage(NamedTuple):
    """Parked returns and, unless they are the last, where the next page goes on."""

    returns: Sequence[PostedReturn]
    next: ParkedKey | None


class ListParkedReturns:
    """Oldest first, so that what has waited longest is seen first."""

    def __init__(self, programs: Programs, returns: StoredReturns) -> None:
        self._programs = programs
        self._returns = returns

    async def __call__(self, request: ParkedReturnsRequest, after: ParkedKey | None) -> ParkedPage:
        """At most so many as asked for, after a page's end."""
        self._programs.facts(request.program)
        found, more = await self._returns.parked(
            request.program, request.before, request.location_id, after, request.limit
        )
        if not more:
            return ParkedPage(found, None)
        last = found[-1]
        assert last.park_time is not None
        return ParkedPage(found, ParkedKey(last.park_time, last.return_id))
