"""Whether somebody does something too often: asked in memory, and of all processes together where that is wanted.

The buckets in memory come first: they never refuse what the shared ones would let pass, and a caller who floods one
process is refused there without a round trip. If Valkey is away or slow, they decide alone: then each process lets pass
what all together should, which is worse than a shared limit and better than tills that stand still.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from redis.exceptions import RedisError

from chassis.runtime.breaker import Breaker
from chassis.runtime.budget import within_budget
from chassis.runtime.metrics import VELOCITY_CALLS
from chassis.runtime.reasons import TOO_FREQUENT
from chassis.runtime.valkey import Client, Script
from chassis.runtime.velocity.buckets import Buckets, Charge, TooSoon
from chassis.runtime.velocity.rate import MICROSECONDS
from chassis.values.refusal import Refusal, refuse

SHARED_SECONDS = 0.05
"""The longest a call waits for Valkey."""
_PREFIX = "velocity:{velocity}:"


def _clock() -> int:
    return time.monotonic_ns() // 1_000


def too_frequent(too_soon: TooSoon) -> Refusal:
    """The refusal, with the exact time to wait."""
    return refuse(
        TOO_FREQUENT,
        f"too often for the limit {too_soon.limit}",
        {"limit": too_soon.limit},
        retry_after_seconds=too_soon.wait / MICROSECONDS,
    )


class Velocity:
    """Limits of one process; with a client, shared by all that use the same Valkey."""

    def __init__(self, client: Client | None = None, now: Callable[[], int] = _clock) -> None:
        self._local = Buckets(now)
        self._shared = None if client is None else _Shared(client)

    async def take(self, charges: Sequence[Charge]) -> None:
        """Takes all of it. Refuses TOO_FREQUENT, and then takes nothing."""
        too_soon = self._local.take(charges)
        if too_soon is None and self._shared is not None:
            too_soon = await self._shared.take(charges)
            if too_soon is not None:
                self._local.give_back(charges)
        if too_soon is not None:
            VELOCITY_CALLS.add(1, {"limit": too_soon.limit, "outcome": "refused"})
            raise too_frequent(too_soon)

    def ask(self, charges: Sequence[Charge]) -> None:
        """Refuses TOO_FREQUENT if not all of it is there; takes nothing. Of this process alone."""
        too_soon = self._local.ask(charges)
        if too_soon is not None:
            VELOCITY_CALLS.add(1, {"limit": too_soon.limit, "outcome": "refused"})
            raise too_frequent(too_soon)

    def charge(self, charges: Sequence[Charge]) -> None:
        """Takes all of it, there or not, for what is known only afterwards. Of this process alone."""
        self._local.charge(charges)

    async def give_back(self, charges: Sequence[Charge]) -> None:
        """Undoes a `take`, for what turned out to be no such thing."""
        self._local.give_back(charges)
        if self._shared is not None:
            await self._shared.take([replace(charge, cost=-charge.cost) for charge in charges])


@dataclass(slots=True)
class _Shared:
    client: Client
    breaker: Breaker
    script: Script

    def __init__(self, client: Client) -> None:
        self.client, self.breaker, self.script = client, Breaker(), Script.load("take_tokens")

    async def take(self, charges: Sequence[Charge]) -> TooSoon | None:
        """None also if Valkey does not say."""
        if not charges or not self.breaker.admits():
            return None
        keys = [key_of(charge) for charge in charges]
        arguments = [
            number
            for charge in charges
            for number in (charge.rate.count, charge.rate.unit, charge.rate.burst, charge.cost)
        ]
        try:
            async with asyncio.timeout(within_budget(SHARED_SECONDS)):
                longest, wait = await self.script.run(self.client, keys, arguments)
        except (RedisError, OSError, TimeoutError):
            self.breaker.failed()
            VELOCITY_CALLS.add(1, {"limit": charges[0].limit, "outcome": "alone"})
            return None
        except asyncio.CancelledError:
            self.breaker.abandoned()
            raise
        self.breaker.succeeded()
        return TooSoon(charges[longest - 1].limit, wait) if longest else None


def key_of(charge: Charge) -> str:
    """Where a bucket lies in Valkey: of a bounded length, whatever a caller put into it."""
    return f"{_PREFIX}{charge.limit}:{sha256(charge.key.encode()).hexdigest()[:32]}"
