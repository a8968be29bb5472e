"""Judges orders, each by the revision it names, the one that was live at a time, a draft, or else the live one."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.values.refusal import Refusal
from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import OrderEvaluation
from rules_service.domain.order import Order
from rules_service.use_cases.drafts import Draft, Drafts
from rules_service.use_cases.past_revisions import PastRevisions

LINES_AT_A_TIME = 1_000
"""After so many lines other calls get their turn."""
EXPLAINED_AS = 100
"""To say why rules do not select a line takes as long as to judge about so many lines."""
STEPS_A_LINE = 2_500
"""So many steps of conditions take as long as to judge a line."""
MOST_STEPS_BETWEEN = 1_000_000
"""An order whose conditions may take more steps, 20 ms or so, is judged in a thread: a condition holds the
interpreter's lock for as long as it takes, but between two of them other calls get their turn."""


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """One order of a program; a refusal instead of an order that is malformed.

    `revision` empty and `record_time` None: the live revision. `explain`: also why rules do not select a line.
    """

    program_id: str
    order: Order | Refusal
    revision: str = ""
    record_time: datetime | None = None
    explain: bool = False

    def weight(self) -> int:
        """How long it takes, in lines."""
        lines = len(self.order.lines) if isinstance(self.order, Order) else 1
        return lines * EXPLAINED_AS if self.explain else lines


@dataclass(frozen=True, slots=True)
class AskedOrders:
    """Orders of one call, and what judges those of its program instead of what is live, if anything."""

    orders: Sequence[AskedOrder]
    draft: Draft | None = None


class EvaluateOrders:
    """Works on memory alone unless a revision that is not live, a time or a draft is named."""

    def __init__(self, revisions: PastRevisions, drafts: Drafts) -> None:
        self._revisions = revisions
        self._drafts = drafts
        self._one_at_a_time = asyncio.Lock()

    async def run(self, asked: AskedOrders, require_program: Callable[[str], None]) -> list[OrderEvaluation | Refusal]:
        """One result per order, in order. `require_program` refuses programs the caller does not cover, before
        anything is told about them. Refused PROGRAM_INVALID, and if the caller does not cover the draft's program."""
        judges = _Judges(self._revisions, require_program, self._one_at_a_time)
        if asked.draft is not None:
            require_program(asked.draft.program_id)
            judges.drafts[asked.draft.program_id] = await self._drafts.get(asked.draft)
        results: list[OrderEvaluation | Refusal] = []
        for item in asked.orders:
            results.append(await judges.result(item))
            if judges.lines >= LINES_AT_A_TIME:
                judges.lines = 0
                await asyncio.sleep(0)
        return results


class _Judges:
    """What judges the orders of one call: the same time is the same revision for all of them.

    `lines` grows by how long orders kept others waiting. `one_at_a_time`: heavy orders take no more than one thread.
    """

    def __init__(
        self, revisions: PastRevisions, require_program: Callable[[str], None], one_at_a_time: asyncio.Lock
    ) -> None:
        self.drafts: dict[str, CompiledProgram] = {}
        self.lines = 0
        self._one_at_a_time = one_at_a_time
        self._revisions = revisions
        self._require_program = require_program
        self._live_at: dict[tuple[str, datetime], str] = {}

    async def result(self, asked: AskedOrder) -> OrderEvaluation | Refusal:
        """What the order earns, or why it cannot be judged."""
        try:
            self.lines += asked.weight()
            self._require_program(asked.program_id)
            if isinstance(asked.order, Refusal):
                return asked.order
            return await self._evaluation(await self._program(asked), asked.order, asked.explain)
        except Refusal as refusal:
            return refusal

    async def _evaluation(self, program: CompiledProgram, order: Order, explain: bool) -> OrderEvaluation:
        steps = program.most_steps(order)
        if steps > MOST_STEPS_BETWEEN:
            async with self._one_at_a_time:
                return await asyncio.to_thread(evaluate, program, order, explain)
        self.lines += steps // STEPS_A_LINE
        return evaluate(program, order, explain)

    async def _program(self, asked: AskedOrder) -> CompiledProgram:
        draft = self.drafts.get(asked.program_id)
        if draft is not None:
            return draft
        if asked.record_time is None:
            return await self._revisions.get(asked.program_id, asked.revision)
        then = asked.program_id, asked.record_time
        if then not in self._live_at:
            self._live_at[then] = await self._revisions.live_at(*then)
        return await self._revisions.get(asked.program_id, self._live_at[then])
