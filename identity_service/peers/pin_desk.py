"""The threads on which PINs are hashed, and how often a caller may be wrong."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from chassis.runtime.turns import Turns
from chassis.runtime.velocity.buckets import Charge
from chassis.runtime.velocity.rate import per_minute
from chassis.runtime.velocity.velocity import Velocity
from identity_service.use_cases.proof_ports import Hashed

AT_ONCE = max(1, (os.cpu_count() or 1) - 1)
"""A hash keeps a processor busy; one of them is left to everything else."""
PER_CALLER = 16
IN_ALL = 512
_WRONG = "wrong_pins_per_caller"


class PinDesk:
    """See `use_cases.proof_ports.PinDesk`. Of one process; `wrong_a_minute` 0: no limit."""

    def __init__(self, wrong_a_minute: int) -> None:
        self._velocity = Velocity()
        self._wrong_a_minute = wrong_a_minute
        self._turns = Turns("pins_at_once", AT_ONCE, PER_CALLER, IN_ALL)

    @contextmanager
    def attempt(self, caller: str) -> Iterator[None]:
        """A place in the caller's line."""
        self._velocity.ask(self._charges(caller))
        with self._turns.place(caller):
            yield

    def was_wrong(self, caller: str) -> None:
        """Takes one from the caller's bucket."""
        self._velocity.charge(self._charges(caller))

    @asynccontextmanager
    async def turn(self, caller: str) -> AsyncIterator[Hashed]:
        """Waits in the caller's line."""
        async with self._turns.turn(caller):
            yield _hashed

    def _charges(self, caller: str) -> list[Charge]:
        return [Charge(_WRONG, per_minute(self._wrong_a_minute), caller)] if self._wrong_a_minute else []


async def _hashed(work: Callable[[], bytes]) -> bytes:
    """Runs the work on a thread. Who leaves has the turn until it is done: a thread cannot be called back."""
    hashing = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(hashing)
    except asyncio.CancelledError:
        await asyncio.wait([hashing])
        raise
