"""Judges orders, each by the revision it names, or else by the one that is live when its turn comes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chassis.values.refusal import Refusal
from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import OrderEvaluation
from rules_service.domain.order import Order
from rules_service.use_cases.past_revisions import PastRevisions

LINES_AT_A_TIME = 1_000
"""After so many lines other calls get their turn."""


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """One order of a program; a refusal instead of an order that is malformed. `revision` empty: the live one."""

    program_id: str
    order: Order | Refusal
    revision: str = ""


class EvaluateOrders:
    """Works on memory alone unless a revision is named that is not live."""

    def __init__(self, revisions: PastRevisions) -> None:
        self._revisions = revisions

    async def run(
        self, asked: Sequence[AskedOrder], require_program: Callable[[str], None]
    ) -> list[OrderEvaluation | Refusal]:
        """One result per order, in order. `require_program` refuses programs the caller does not cover, before
        anything is told about them."""
        results: list[OrderEvaluation | Refusal] = []
        lines = 0
        for item in asked:
            results.append(await self._result(item, require_program))
            lines += len(item.order.lines) if isinstance(item.order, Order) else 1
            if lines >= LINES_AT_A_TIME:
                lines = 0
                await asyncio.sleep(0)
        return results

    async def _result(self, asked: AskedOrder, require_program: Callable[[str], None]) -> OrderEvaluation | Refusal:
        try:
            require_program(asked.program_id)
            if isinstance(asked.order, Refusal):
                return asked.order
            return evaluate(await self._revisions.get(asked.program_id, asked.revision), asked.order)
        except Refusal as refusal:
            return refusal
