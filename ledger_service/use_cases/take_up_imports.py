"""Going on with what nobody calls for any more: commits of balances, and sources on their way out of the pool.

Whoever asks for them calls again until they are done; should that call never come, this process goes on as soon as a
minute has passed in which nothing moved. Two who work on one do no harm: each line is a request of its own.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from chassis.values.refusal import Refusal
from ledger_service.domain.pooling import PoolingState
from ledger_service.use_cases.change_pooling import ChangePooling
from ledger_service.use_cases.commit_balance_import import CommitBalanceImport
from ledger_service.use_cases.import_ports import BalanceImports
from ledger_service.use_cases.pooling_ports import Poolings
from ledger_service.use_cases.ports import Clock

AT_REST = timedelta(minutes=1)
"""So long nothing has moved before it is taken up."""


class Halted(NamedTuple):
    """Something on its way, and how far it is: an import by its last line done, a source by the lines that are left."""

    program: str
    name: str
    is_source: bool
    reached: int


class TakenUp(NamedTuple):
    """What a round went on with, and what was refused, by reason."""

    went_on: int
    refused: tuple[str, ...]


@dataclass(slots=True)
class TakeUpImports:
    """Remembers since when each has not moved: in memory, a process that starts anew waits once more."""

    imports: BalanceImports
    poolings: Poolings
    commit: CommitBalanceImport
    pooling: ChangePooling
    clock: Clock
    _since: dict[Halted, datetime] = field(default_factory=dict)

    async def __call__(self) -> TakenUp:
        """One round: each that has halted is worked on for some seconds."""
        now, under_way = self.clock.now(), [one async for one in self._under_way()]
        self._since = {one: self._since.get(one, now) for one in under_way}
        went_on, refused = 0, list[str]()
        for one in [one for one in under_way if now - self._since[one] >= AT_REST]:
            try:
                await self._go_on(one)
                went_on += 1
            except Refusal as refusal:
                refused.append(refusal.reason)
        return TakenUp(went_on, tuple(refused))

    async def _under_way(self) -> AsyncIterator[Halted]:
        for program, import_id, done_line in await self.imports.under_way():
            yield Halted(program, import_id, False, done_line)
        for program, source, left in await self.poolings.leaving():
            yield Halted(program, source, True, left)

    async def _go_on(self, one: Halted) -> None:
        if not one.is_source:
            await self.commit.go_on(one.program, one.name)
            return
        found = await self.poolings.find(one.program, one.name)
        if found.state is PoolingState.LEAVING:
            await self.pooling.go_on(found)
