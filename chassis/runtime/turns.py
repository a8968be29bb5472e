"""Turns at something of which there are few: whoever wants it waits in a line of his own, and the lines take turns, so
that nobody waits behind everything that somebody else has asked for."""

from asyncio import Future, get_running_loop
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from chassis.runtime.reasons import TOO_FREQUENT
from chassis.values.refusal import refuse

RETRY_SECONDS = 1.0


class Turns:
    """`at_once` have their turn together. `per_line` may wait or have it of one line, `in_all` of all of them."""

    def __init__(self, name: str, at_once: int, per_line: int, in_all: int) -> None:
        """`name` is told to who is refused."""
        self._name = name
        self._free = at_once
        self._per_line, self._in_all = per_line, in_all
        self._present: Counter[str] = Counter()
        self._lines: OrderedDict[str, deque[Future[None]]] = OrderedDict()

    @contextmanager
    def place(self, line: str) -> Iterator[None]:
        """A place in a line, taken before anything is done. Refuses TOO_FREQUENT if there is none."""
        if self._present[line] >= self._per_line or self._present.total() >= self._in_all:
            message = f"too many at once for the limit {self._name}"
            raise refuse(TOO_FREQUENT, message, {"limit": self._name}, retry_after_seconds=RETRY_SECONDS)
        self._present[line] += 1
        try:
            yield
        finally:
            self._present[line] -= 1
            if not self._present[line]:
                del self._present[line]

    @asynccontextmanager
    async def turn(self, line: str) -> AsyncIterator[None]:
        """Waits for it and has it."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(line)
        try:
            yield
        finally:
            self._next()

    async def _wait(self, line: str) -> None:
        called: Future[None] = get_running_loop().create_future()
        self._lines.setdefault(line, deque()).append(called)
        try:
            await called
        except BaseException:
            if called.done() and not called.cancelled():
                # Called and gone in the same moment.
                self._next()
            raise

    def _next(self) -> None:
        """The first of the line whose turn it is; that line goes to the end."""
        while self._lines:
            line, waiting = self._lines.popitem(last=False)
            called = waiting.popleft()
            if waiting:
                self._lines[line] = waiting
            if not called.done():
                called.set_result(None)
                return
        self._free += 1
