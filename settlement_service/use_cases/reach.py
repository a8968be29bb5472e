"""Waiting until the books have come far enough for a caller to find its own commands in them."""

from collections.abc import Mapping

from settlement_service.domain import refusals
from settlement_service.use_cases.ports import Arrivals, Books, Deadline

LOOK_EVERY_SECONDS = 0.1
"""How often the cursor is read even if nothing arrived in this process: another one may be doing the intake."""

MARGIN_SECONDS = 0.6
"""Kept back from the deadline, so that the refusal still reaches the caller: a channel that sends an UNAVAILABLE call
again by itself does so three times in about half a second. With less time than this nobody waits."""


class Reach:
    """Waits for positions."""

    def __init__(self, books: Books, arrivals: Arrivals) -> None:
        self._books = books
        self._arrivals = arrivals

    async def __call__(self, wanted: Mapping[int, int], deadline: Deadline) -> None:
        """Returns once every partition has reached its position. Refuses BOOKS_BEHIND when time runs out first."""
        while wanted:
            reached = await self._books.positions()
            missing = [partition for partition in sorted(wanted) if reached.get(partition, 0) < wanted[partition]]
            if not missing:
                return
            left = deadline() - MARGIN_SECONDS
            if left <= 0:
                partition = missing[0]
                raise refusals.books_behind(partition, wanted[partition], reached.get(partition, 0))
            await self._arrivals.wait(min(left, LOOK_EVERY_SECONDS))
