"""Replaying the traffic of an existing program: judged as it would be here, and committed nowhere."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from ledger_service.domain import import_refusals, pooling_refusals
from ledger_service.domain.answers import EarnedPoints
from ledger_service.domain.order import OrderDocument
from ledger_service.domain.pooling import Compared, Pooling, PoolingState, ShadowKind, here
from ledger_service.use_cases.pooling_ports import Poolings
from ledger_service.use_cases.ports import MemberRef, Programs
from ledger_service.use_cases.preview_order import PreviewOrder
from ledger_service.use_cases.quote_redemption import QuoteRedemption
from ledger_service.use_cases.requests import QuoteRequest

ITEMS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class SaleAnswered:
    """A sale, and the old points that each line got."""

    member: MemberRef
    document: OrderDocument
    points: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class QuoteAnswered:
    """A question what old points are worth, and the answer in minor units."""

    request: QuoteRequest
    old_points: int
    minor_units: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item; a Refusal if it is malformed."""

    number: int
    answered: SaleAnswered | QuoteAnswered | Refusal


@dataclass(frozen=True, slots=True)
class Replayed:
    """The existing program afterwards, and how many items were compared before."""

    pooling: Pooling
    repeated: int


class CompareShadow:
    """Resumable: items that were compared are passed over."""

    def __init__(self, programs: Programs, poolings: Poolings, preview: PreviewOrder, quote: QuoteRedemption) -> None:
        self._programs = programs
        self._poolings = poolings
        self._preview = preview
        self._quote = quote

    async def __call__(self, program: str, source: str, ratio: Ratio, items: AsyncIterator[Item]) -> Replayed:
        """Compares what is new. PROGRAM_NOT_FOUND, POOLING_STATE, IMPORT_OUT_OF_ORDER."""
        self._programs.facts(program)
        found = await self._poolings.find(program, source)
        if found.state is not PoolingState.SHADOW:
            raise pooling_refusals.pooling_state(source, found.state.name)
        portion: list[Item] = []
        repeated = last = 0
        async for item in items:
            if item.number <= last:
                raise import_refusals.import_out_of_order(f"item {item.number} comes after item {last}")
            last = item.number
            if item.number <= found.last_item:
                repeated += 1
                continue
            portion.append(item)
            if len(portion) == ITEMS_AT_ONCE:
                await self._compare(found, ratio, portion)
                portion = []
        await self._compare(found, ratio, portion)
        return Replayed(await self._poolings.find(program, source), repeated)

    async def _compare(self, found: Pooling, ratio: Ratio, portion: Sequence[Item]) -> None:
        if not portion:
            return
        lines = await asyncio.gather(*(self._item(found.program, ratio, item) for item in portion))
        compared = [one for item in lines for one in item]
        kept = await self._poolings.keep_compared(
            found.program, found.source, found.shadow, portion[-1].number, compared
        )
        if not kept:
            now = await self._poolings.find(found.program, found.source)
            raise pooling_refusals.pooling_state(found.source, now.state.name)

    async def _item(self, program: str, ratio: Ratio, item: Item) -> Sequence[Compared]:
        """The lines of an item; what would be refused here for good is told by its reason."""
        try:
            match item.answered:
                case Refusal() as refusal:
                    raise refusal
                case SaleAnswered() as sale:
                    return await self._sale(program, ratio, item.number, sale)
                case quote:
                    return [await self._worth(item.number, quote)]
        except Refusal as refusal:
            if refusal.transient:
                raise
            reason = f"{refusal.domain} refuses: {refusal.reason}"
            return [Compared(item.number, 0, ShadowKind.REFUSED, "", refusal.reason, 0, 0, reason)]

    async def _sale(self, program: str, ratio: Ratio, number: int, sale: SaleAnswered) -> Sequence[Compared]:
        # What is compared is what the sale earns, so where the member stands is told of no brand's ladder.
        preview = await self._preview(program, sale.member, sale.document, lambda _brand: False)
        told = {line.line_number: line.explanation for line in preview.evaluation.lines}
        return [
            _line(number, line.line_number, line.brand, preview.grants.earned, ratio, sale, told)
            for line in sale.document.lines
        ]

    async def _worth(self, number: int, asked: QuoteAnswered) -> Compared:
        quote = await self._quote(asked.request)
        return Compared(
            number,
            0,
            ShadowKind.QUOTE,
            asked.request.brand,
            "",
            asked.minor_units,
            quote.here.value.minor_units,
            f"{asked.old_points} old points are {quote.points} here",
        )


def _line(
    item: int,
    number: int,
    brand: str,
    earned: Sequence[EarnedPoints],
    ratio: Ratio,
    sale: SaleAnswered,
    told: Mapping[int, str],
) -> Compared:
    mine = [one for one in earned if one.line_number == number and one.granted]
    return Compared(
        item,
        number,
        ShadowKind.ORDER,
        brand,
        "+".join(sorted(one.rule_id for one in mine)),
        here(sale.points.get(number, 0), ratio),
        sum(one.granted for one in mine),
        told.get(number, ""),
    )
