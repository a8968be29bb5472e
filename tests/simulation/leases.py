"""The simulated lease server: leases that run out by the loop's clock, fences that grow, and a memory that may go."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chassis.runtime.breaker import BreakerState
from chassis.runtime.lease import Granted, Held, LeasesUnavailable
from tests.simulation.database import Moment, at_once


@dataclass
class LeaseServer:
    """What the server remembers. `away`: it answers nobody."""

    leases: dict[str, tuple[str, float, int]] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, list[asyncio.Event]] = field(default_factory=dict)
    away: bool = False

    def forget(self) -> None:
        """Loses its memory: leases and counters."""
        self.leases.clear()
        self.counters.clear()

    def free(self, name: str) -> None:
        """Wakes who waits for a name."""
        for event in self.waiting.pop(name, ()):
            event.set()


class SimulatedLeases:
    """See `chassis.runtime.lease.Leases`; one client of the server."""

    def __init__(self, server: LeaseServer, moment: Moment = at_once) -> None:
        self._server = server
        self._moment = moment
        self.state = BreakerState.CLOSED

    async def acquire(
        self,
        partition: str,
        names: Sequence[str],
        holder_token: str,
        ttl_ms: int,
        floors: Mapping[str, int] | None = None,
    ) -> dict[str, Granted | Held]:
        """The free leases are granted, the others are held."""
        await self._asked()
        return {name: self._one(partition, name, holder_token, ttl_ms, (floors or {}).get(name, 0)) for name in names}

    def _one(self, partition: str, name: str, holder: str, ttl_ms: int, floor: int) -> Granted | Held:
        now, known = asyncio.get_running_loop().time(), self._server.leases.get(name)
        if known is not None and known[1] > now and known[0] != holder:
            return Held(int((known[1] - now) * 1000) + 1, self._wakes(name, known[1] - now))
        mine = known is not None and known[1] > now and known[0] == holder and known[2] > floor
        fence = known[2] if mine and known is not None else max(self._server.counters.get(partition, 0), floor) + 1
        self._server.counters[partition] = max(self._server.counters.get(partition, 0), fence)
        self._server.leases[name] = (holder, now + ttl_ms / 1000, fence)
        return Granted(fence)

    def _wakes(self, name: str, seconds: float) -> asyncio.Event:
        event = asyncio.Event()
        self._server.waiting.setdefault(name, []).append(event)
        asyncio.get_running_loop().call_later(seconds + 0.001, event.set)
        return event

    async def release(self, partition: str, names: Sequence[str], holder_token: str) -> dict[str, bool]:
        """Frees held leases and wakes who waits."""
        await self._asked()
        freed = {}
        for name in names:
            known = self._server.leases.get(name)
            freed[name] = known is not None and known[0] == holder_token
            if freed[name]:
                del self._server.leases[name]
                self._server.free(name)
        return freed

    async def _asked(self) -> None:
        await self._moment("leases")
        if self._server.away:
            await asyncio.sleep(0.05)
            raise LeasesUnavailable("the lease server did not answer")
