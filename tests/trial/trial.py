"""One trial: a program of its own, every document posted once, and what the mesh then says about it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from chassis.values.refusal import Refusal
from deploy.local.demo.patience import patiently
from deploy.local.mesh import PROGRAMS
from tests.support.mesh import Till
from tests.trial.documents import Document
from tests.trial.posting import Posted, enroll, post
from tests.trial.stored import Log, read_books, read_log, read_wallets

BOOKS_WITHIN_SECONDS = 120
CHECKS = 4


@dataclass(slots=True)
class Trial:
    """What was posted and what is stored. `seconds` are by step."""

    till: Till
    documents: Sequence[Document]
    members: dict[str, str]
    posted: Posted
    log: Log
    wallets: dict[str, bytes]
    seconds: dict[str, float] = field(default_factory=dict)

    async def again(self) -> Posted:
        """Posts every document once more."""
        with _timed(self.seconds, "again"):
            return await post(self.till, self.documents)

    async def broken(self) -> list[str]:
        """Every finding of every checker. They walk all that is stored: where other work takes the time that a call
        has, they are asked again."""
        return await patiently(self.till.broken, CHECKS)

    def told(self) -> str:
        """Counts and seconds as a line of text."""
        seconds = ", ".join(f"{step} {taken:.1f} s" for step, taken in self.seconds.items())
        lines = sum(document.line_count for document in self.documents)
        sizes = f"{len(self.documents):,} documents of {lines:,} lines, {len(self.members):,} members"
        return f"{self.till.program}: {sizes}, {self.log.events:,} events; {seconds}"


Poster = Callable[[Till, Sequence[Document]], Awaitable[Posted]]


async def run(
    till: Till, program: str, documents: Sequence[Document], poster: Poster = post, *, lots: bool = True
) -> Trial:
    """Makes the program and the members, posts everything, waits for the books, reads what is stored; of each lot
    too, unless there are several to a line."""
    seconds: dict[str, float] = {}
    await till.apply(PROGRAMS / program, program)
    with _timed(seconds, "enrol"):
        members = await enroll(till, (document.card for document in documents))
    with _timed(seconds, "post"):
        posted = await poster(till, documents)
    with _timed(seconds, "books behind"):
        await _books_come_up(till)
    with _timed(seconds, "read"):
        cards = {member_id: value for value, member_id in members.items()}
        log = await read_log(till, cards, posted.sales() if lots else {})
        wallets = await read_wallets(till, members.values())
    return Trial(till, documents, members, posted, log, wallets, seconds)


async def _books_come_up(till: Till) -> None:
    async with asyncio.timeout(BOOKS_WITHIN_SECONDS):
        while True:
            try:
                await read_books(till)
                return
            except Refusal as refusal:
                if not refusal.transient:
                    raise


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    """Notes how long a step took."""
    started = time.monotonic()
    yield
    seconds[step] = time.monotonic() - started
