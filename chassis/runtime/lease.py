"""Leases in Valkey: who may work on a name now, in order across processes, with a number that only grows.

A lease orders waiters and keeps them off the database; it proves nothing. What must not happen twice is decided where
it is written, by comparing the fence with the one stored there.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr
from redis.exceptions import RedisError

from chassis.runtime.breaker import Breaker, BreakerState
from chassis.runtime.metrics import LEASE_CALLS, observe
from chassis.runtime.valkey import Client, Script, open_valkey
from chassis.runtime.wakeups import Wakeups, channel_of

BUDGET_SECONDS = 0.05
_EXPIRY_SLACK_MS = 1

_ACQUIRE = Script.load("acquire_leases")
_EXTEND = Script.load("extend_leases")
_RELEASE = Script.load("release_leases")


class LeasesUnavailable(Exception):  # noqa: N818  a state of the world, not a fault
    """The lease server did not answer within its budget, or was not asked since it has not answered lately."""


@dataclass(frozen=True, slots=True)
class Granted:
    """The lease is the holder's. `fence` is above every one given or seen for this name before."""

    fence: int


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody else has the lease, for at most `wait_ms` more unless it is extended."""

    wait_ms: int
    _freed: asyncio.Event = field(repr=False, compare=False)

    async def freed(self) -> None:
        """Return when it is worth asking again: the lease was freed, or its time is over."""
        await self._freed.wait()


class Leases:
    """Leases by name. All names of a call lie in one partition and carry it as hash tag, e.g. `lease:{p3}:x`.

    Every method is one script call with a budget of 50 ms, and raises LeasesUnavailable when it is not met; after
    three such failures in a row the server is left alone for a second, then one call at a time tries again.
    """

    def __init__(self, client: Client, breaker: Breaker, budget_seconds: float = BUDGET_SECONDS) -> None:
        self._client = client
        self._breaker = breaker
        self._budget_seconds = budget_seconds
        self._wakeups = Wakeups()

    @property
    def state(self) -> BreakerState:
        """CLOSED while the server answers; for health and metrics."""
        return self._breaker.state

    async def acquire(
        self,
        partition: str,
        names: Sequence[str],
        holder_token: str,
        ttl_ms: int,
        floors: Mapping[str, int] | None = None,
    ) -> dict[str, Granted | Held]:
        """Ask for many leases at once; the free ones are granted, the others are held.

        Asking again with the same token gives the same fence and a new time to live. `floors` names fences already
        seen for a name (in the database): the new fence is above them, so a server that lost its memory catches up.
        """
        _check(partition, names)
        seen = floors or {}
        arguments: list[str | int] = [holder_token, ttl_ms, *(seen.get(name, 0) for name in names)]
        with self._wakeups.watching() as freed:
            answer = await self._call("acquire", _ACQUIRE, [f"fence:{{{partition}}}", *names], arguments)
            pairs = zip(answer[::2], answer[1::2], strict=True)
            return {
                name: Granted(number) if granted else self._held(name, number, name in freed)
                for name, (granted, number) in zip(names, pairs, strict=True)
            }

    def _held(self, name: str, expires_in_ms: int, freed: bool) -> Held:
        wait_ms = 0 if freed else max(0, expires_in_ms) + _EXPIRY_SLACK_MS
        return Held(wait_ms, self._wakeups.event_for(name, wait_ms))

    async def extend(self, partition: str, names: Sequence[str], holder_token: str, ttl_ms: int) -> dict[str, bool]:
        """Give held leases a new time to live; False for one that is the holder's no more."""
        _check(partition, names)
        answer = await self._call("extend", _EXTEND, names, [holder_token, ttl_ms])
        return {name: bool(done) for name, done in zip(names, answer, strict=True)}

    async def release(self, partition: str, names: Sequence[str], holder_token: str) -> dict[str, bool]:
        """Free held leases and wake who waits; False for one that is the holder's no more."""
        _check(partition, names)
        answer = await self._call("release", _RELEASE, names, [holder_token, channel_of(partition)])
        return {name: bool(done) for name, done in zip(names, answer, strict=True)}

    async def _call(self, verb: str, script: Script, keys: Sequence[str], arguments: Sequence[str | int]) -> list[Any]:
        if not self._breaker.admits():
            LEASE_CALLS.add(1, {"verb": verb, "outcome": "not_tried"})
            raise LeasesUnavailable("the lease server has not answered lately")
        outcome = "abandoned"
        try:
            async with asyncio.timeout(self._budget_seconds):
                answer: list[Any] = await script.run(self._client, keys, arguments)
            outcome = "answered"
        except (RedisError, OSError, TimeoutError) as error:
            outcome = "failed"
            raise LeasesUnavailable(f"the lease server did not answer: {type(error).__name__}") from error
        finally:
            LEASE_CALLS.add(1, {"verb": verb, "outcome": outcome})
            self._report(outcome)
        return answer

    def _report(self, outcome: str) -> None:
        if outcome == "answered":
            self._breaker.succeeded()
        elif outcome == "failed":
            self._breaker.failed()
        else:
            self._breaker.abandoned()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator["Leases"]:
        async with self._wakeups.listening(self._client):
            yield self


@asynccontextmanager
async def open_leases(url: SecretStr, *, budget_seconds: float = BUDGET_SECONDS) -> AsyncIterator[Leases]:
    """Leases on a server that need not be there: opening never fails and never waits for it."""
    async with open_valkey(url) as client, Leases(client, Breaker(), budget_seconds)._listening() as leases:
        observe(
            "lease.server_away", lambda: leases.state is not BreakerState.CLOSED, "1 while the breaker is not closed"
        )
        yield leases


def _check(partition: str, names: Sequence[str]) -> None:
    tag = f"{{{partition}}}"
    for name in names:
        if tag not in name or "\n" in name:
            raise ValueError(f"the lease {name!r} does not carry its partition {tag}")
