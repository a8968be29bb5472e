"""Documents of a span of time and what they come to; see `use_cases.close_ports.DocumentTotals`."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from chassis.runtime.postgres import Database
from ledger_service.domain.document_totals import DocumentSpan, DocumentTotal, total_of_return, total_of_sale
from ledger_service.domain.order import PostedOrder, PostedReturn, order_id_of
from ledger_service.store import document_rows
from ledger_service.store.statements import SQL

PAGE = 100
"""A sale may have 2,000 lines."""


class PostgresDocumentTotals:
    """`pages` walks a span, which may lie sparsely in the program's; what pages name is read by its key."""

    def __init__(self, database: Database, pages: Database) -> None:
        self._database = database
        self._pages = pages

    async def totals(self, program: str, span: DocumentSpan) -> AsyncIterator[DocumentTotal]:
        """Both kinds, merged by time; a page of each is in memory."""
        returns = self._returns(program, span)
        waiting = await anext(returns, None)
        async for sale in self._sales(program, span):
            while waiting is not None and waiting.occur_time < sale.occur_time:
                yield waiting
                waiting = await anext(returns, None)
            yield sale
        while waiting is not None:
            yield waiting
            waiting = await anext(returns, None)

    async def _sales(self, program: str, span: DocumentSpan) -> AsyncIterator[DocumentTotal]:
        after: tuple[datetime | None, str] = (None, "")
        while True:
            asked = (program, span.start, span.end, span.location_id, *after, PAGE)
            page = await self._pages.fetch(SQL.list_sold, *asked)
            for row in page:
                order = document_rows.order_of(row)
                if span.source in ("", order.document.ref.source):
                    yield total_of_sale(order)
            if len(page) < PAGE:
                return
            after = (page[-1]["occur_time"], page[-1]["order_id"])

    async def _returns(self, program: str, span: DocumentSpan) -> AsyncIterator[DocumentTotal]:
        after: tuple[datetime | None, str] = (None, "")
        while True:
            asked = (program, span.start, span.end, span.location_id, *after, PAGE)
            page = await self._pages.fetch(SQL.list_brought_back, *asked)
            every = (document_rows.return_of(row) for row in page)
            wanted = [one for one in every if span.source in ("", one.document.ref.source)]
            for total in await self._summed(program, wanted):
                yield total
            if len(page) < PAGE:
                return
            after = (page[-1]["occur_time"], page[-1]["return_id"])

    async def _summed(self, program: str, posted: Sequence[PostedReturn]) -> list[DocumentTotal]:
        """Returns with what was paid for what they took back, from their sales and those sales' other returns."""
        named = sorted({order_id_of(program, ref) for one in posted for ref in one.document.sales})
        sales = {sale.order_id: sale for sale in await self._find_sales(program, named)}
        known = {one.return_id: one for one in posted}
        more = sorted({return_id for sale in sales.values() for return_id in sale.returns} - known.keys())
        known |= {one.return_id: one for one in await self._find_returns(program, more)}
        return [total_of_return(one, sales, known.get) for one in posted]

    async def _find_sales(self, program: str, ids: Sequence[str]) -> list[PostedOrder]:
        found = await self._database.fetch(SQL.find_sold, program, ids) if ids else ()
        return [document_rows.order_of(row) for row in found]

    async def _find_returns(self, program: str, ids: Sequence[str]) -> list[PostedReturn]:
        found = await self._database.fetch(SQL.find_brought_back, program, ids) if ids else ()
        return [document_rows.return_of(row) for row in found]
