"""Of the sales of one call those of one member stay in order, also if one of them has to be judged again."""

from asyncio import Event
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ledger_service.domain.accrual import MemberKey


class InTurn:
    """For each member the last sale that others have to wait for."""

    def __init__(self) -> None:
        self._ahead: dict[MemberKey, Event] = {}

    @asynccontextmanager
    async def of(self, wallet: MemberKey, keeps_others_waiting: bool) -> AsyncIterator[None]:
        """A turn: begins when the sale ahead that keeps others waiting is done, at once if there is none."""
        ahead, mine = self._ahead.get(wallet), Event()
        if keeps_others_waiting:
            self._ahead[wallet] = mine
        try:
            if ahead is not None:
                # Who waits for the same one goes on in the order in which they came.
                await ahead.wait()
            yield
        finally:
            mine.set()
            if self._ahead.get(wallet) is mine:
                del self._ahead[wallet]
