"""The credited sales of a scope, page by page in order of time."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from ledger_service.domain.correction import CorrectionScope
from ledger_service.use_cases.people_ports import Corrections, OrderPlace
from ledger_service.use_cases.ports import MemberRef, Members
from ledger_service.use_cases.read_ports import OrderView

PAGE = 500


class SalesInScope:
    """Members and brands of a scope are looked at here, times and places where the sales lie."""

    def __init__(self, members: Members, corrections: Corrections) -> None:
        self._members = members
        self._corrections = corrections

    async def pages(self, program: str, scope: CorrectionScope) -> AsyncIterator[Sequence[OrderView]]:
        """The sales, up to PAGE at a time."""
        after: OrderPlace | None = None
        homes = await self._homes(program, scope)
        brands = frozenset(scope.brands)
        while True:
            page = await self._corrections.orders(program, scope, homes, after, PAGE)
            yield [view for view in page if not brands or brands & view.order.document.brands]
            if len(page) < PAGE:
                return
            last = page[-1].order
            after = OrderPlace(last.document.occur_time, last.order_id)

    async def _homes(self, program: str, scope: CorrectionScope) -> Sequence[str] | None:
        """The homes of the members in scope; None: everybody's."""
        if not scope.members:
            return None
        found = await asyncio.gather(
            *(self._members.resolve(program, MemberRef(member_id=member)) for member in scope.members)
        )
        return sorted({home for resolution in found for home in resolution.homes})
