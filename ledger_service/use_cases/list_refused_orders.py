"""Uploads that were refused and not posted since, for the person who looks at them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.refused_order import RefusedFilter, RefusedOrder, RefusedPlace, RefusedTotal
from ledger_service.use_cases.ports import Programs, RefusedOrders


@dataclass(frozen=True, slots=True)
class RefusedPage:
    """Refused uploads, the totals of all of them on the first page, and, unless it is the last, where the next goes
    on."""

    orders: Sequence[RefusedOrder]
    totals: Sequence[RefusedTotal]
    next: RefusedPlace | None


class ListRefusedOrders:
    """Oldest first; a page shows what is refused when it is read."""

    def __init__(self, programs: Programs, refused: RefusedOrders) -> None:
        self._programs = programs
        self._refused = refused

    async def __call__(self, wanted: RefusedFilter, after: RefusedPlace | None, limit: int) -> RefusedPage:
        """At most `limit` after a page's end."""
        self._programs.facts(wanted.program)
        totals = await self._refused.totals(wanted) if after is None else ()
        found, more = await self._refused.page(wanted, after, limit)
        last = found[-1] if more else None
        return RefusedPage(found, totals, RefusedPlace(last.first_time, last.key) if last else None)
