"""What recorded sales would have earned by other rules: read page by page, judged again, summed; nothing is kept."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.comparison import (
    MOST_ORDERS,
    ComparedSale,
    Comparison,
    Given,
    awarded,
    compared,
    recorded,
)
from ledger_service.domain.correction import CorrectionScope
from ledger_service.domain.correction_effects import EffectSums
from ledger_service.domain.order import PostedOrder
from ledger_service.use_cases.judging_ports import Bought, Drafts
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.plan_correction import REVISION_NOT_FOUND
from ledger_service.use_cases.ports import Evaluation, Programs, Rules
from ledger_service.use_cases.read_ports import OrderView
from ledger_service.use_cases.scope_sales import SalesInScope

ProgramFiles = Sequence[tuple[str, str]]
"""Path and text of each file."""


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """`base_revision` empty: what the sales were given. `draft` stands in place of `revision` if it has files."""

    program: str
    scope: CorrectionScope
    base_revision: str
    revision: str
    draft: ProgramFiles
    summary_only: bool


class CompareRevisions:
    """Reads and asks; may be left at any time."""

    def __init__(self, programs: Programs, rules: Rules, drafts: Drafts, judging: Judging, sales: SalesInScope) -> None:
        self._programs = programs
        self._rules = rules
        self._drafts = drafts
        self._judging = judging
        self._sales = sales

    async def __call__(
        self, request: CompareRequest, sees: Callable[[str], bool]
    ) -> AsyncIterator[ComparedSale | Comparison]:
        """Sales that differ or were refused, in order of time, at last the sums; of brands that the caller `sees`.

        Refused PROGRAM_NOT_FOUND, REVISION_NOT_FOUND, PROGRAM_INVALID (a draft), TOO_MANY_ORDERS.
        """
        self._programs.facts(request.program)
        orders = changed = refused = 0
        sums = EffectSums()
        async for page in self._sales.pages(request.program, request.scope):
            orders += len(page)
            if orders > MOST_ORDERS:
                raise refusals.too_many_orders(MOST_ORDERS)
            for sale in await self._compare(request, page, sees):
                refused += sale.refusal is not None
                changed += bool(sale.brands)
                for brand in sale.brands:
                    sums.put(sale.home, brand.brand, brand.points - brand.base_points, brand.liability)
                if not request.summary_only and (sale.brands or sale.refusal):
                    yield sale
        yield Comparison(orders, changed, refused, sums.effects())

    async def _compare(
        self, request: CompareRequest, page: Sequence[OrderView], sees: Callable[[str], bool]
    ) -> list[ComparedSale]:
        base, other = await asyncio.gather(self._base(request, page), self._other(request, page))
        return [_sale(view, *both, sees) for view, both in zip(page, zip(base, other, strict=True), strict=True)]

    async def _base(self, request: CompareRequest, page: Sequence[OrderView]) -> list[list[Given] | Refusal]:
        if not request.base_revision:
            return [recorded(view.accruals) for view in page]
        return await self._judged(request.program, page, request.base_revision, [None] * len(page))

    async def _other(self, request: CompareRequest, page: Sequence[OrderView]) -> list[list[Given] | Refusal]:
        # What a sale was given is less what limits took then; what two revisions give is before that.
        given = [None if request.base_revision else view.order for view in page]
        if not request.draft:
            return await self._judged(request.program, page, request.revision, given)
        judged = await self._drafts.judge(request.program, await self._bought(page), request.draft)
        return [_given(result, order) for result, order in zip(judged, given, strict=True)]

    async def _judged(
        self, program: str, page: Sequence[OrderView], revision: str, given: Sequence[PostedOrder | None]
    ) -> list[list[Given] | Refusal]:
        bought = await self._bought(page)
        asked = (self._rules.evaluate(program, document, revision, member) for document, member in bought)
        judged = await asyncio.gather(*asked, return_exceptions=True)
        return [_given(result, order) for result, order in zip(judged, given, strict=True)]

    async def _bought(self, page: Sequence[OrderView]) -> list[Bought]:
        """Sales with what rules were told of who bought them."""
        told = await asyncio.gather(*(self._judging.told_again(view.order) for view in page))
        return [Bought(view.order.document, member) for view, member in zip(page, told, strict=True)]


def _given(result: Evaluation | BaseException, given: PostedOrder | None) -> list[Given] | Refusal:
    """What a sale was judged to earn, or why it cannot be judged; anything else fails the whole comparison. `given`:
    the sale, where that is compared with what it was given."""
    if isinstance(result, Evaluation):
        return awarded(result.awards, given)
    if isinstance(result, Refusal) and not result.transient and result.reason != REVISION_NOT_FOUND:
        return result
    raise result


def _sale(
    view: OrderView, base: list[Given] | Refusal, other: list[Given] | Refusal, sees: Callable[[str], bool]
) -> ComparedSale:
    order, refusal = view.order, None
    if isinstance(base, Refusal):
        refusal = base
    elif isinstance(other, Refusal):
        refusal = other
    else:
        brands = tuple(brand for brand in compared(base, other) if sees(brand.brand))
        return ComparedSale(order.order_id, order.home, order.document.occur_time, brands)
    return ComparedSale(order.order_id, order.home, order.document.occur_time, (), refusal)
