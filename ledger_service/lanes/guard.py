"""Member leases: who may redeem now, in order across processes, with a fence that only grows.

The lease orders waiters and keeps them off the database; the row lock and the fence stored in the wallet decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opentelemetry.trace import SpanKind

from chassis.runtime.lease import Granted, Held, Leases, LeasesUnavailable
from chassis.runtime.logs import get_logger
from chassis.runtime.telemetry import span
from ledger_service.domain.accrual import MemberKey

LEASE_MS = 3_000
"""Well above the slowest commit (p99 some tens of milliseconds)."""

UNGUARDED = 0
"""Stands for a fence where the lease server does not answer: the row lock alone guards."""

REMEMBERED = 10_000

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Guarded:
    """Fences of the members that are ours to move, and the leases that others hold."""

    fences: Mapping[MemberKey, int]
    held: Mapping[MemberKey, Held]


class MemberGuard:
    """Asks for all guarded members of a batch in one call."""

    def __init__(self, leases: Leases, holder: str) -> None:
        self._leases = leases
        self._holder = holder
        self._unguarded: dict[MemberKey, int] = {}

    async def acquire(self, partition: int, floors: Mapping[MemberKey, int]) -> Guarded:
        """Leases of the members in `floors`, each fence above its floor; without the server every member is ours,
        unguarded."""
        if not floors:
            return Guarded({}, {})
        tag = f"p{partition}"
        names = {_name(tag, member): member for member in floors}
        by_name = {name: max(floors[member], self._unguarded.get(member, 0)) for name, member in names.items()}
        try:
            with span("acquire_leases", {"db.system.name": "redis"}, kind=SpanKind.CLIENT):
                answers = await self._leases.acquire(tag, list(names), self._holder, LEASE_MS, by_name)
        except LeasesUnavailable:
            return Guarded(dict.fromkeys(floors, UNGUARDED), {})
        fences = {names[name]: answer.fence for name, answer in answers.items() if isinstance(answer, Granted)}
        held = {names[name]: answer for name, answer in answers.items() if isinstance(answer, Held)}
        return Guarded(fences, held)

    def wrote_unguarded(self, member: MemberKey, fence: int) -> None:
        """A fence was written that the server does not know of: the next one it gives must be above."""
        if len(self._unguarded) >= REMEMBERED:
            # What is forgotten here is met as a stale fence, and acquired anew above it.
            self._unguarded.clear()
        self._unguarded[member] = fence

    async def release(self, partition: int, members: Sequence[MemberKey]) -> None:
        """Frees leases and wakes who waits; one that cannot be freed runs out by itself."""
        if not members:
            return
        tag = f"p{partition}"
        try:
            await self._leases.release(tag, [_name(tag, member) for member in members], self._holder)
        except LeasesUnavailable as error:
            _log.info("leases are left to run out", partition=partition, reason=str(error))


def _name(tag: str, member: MemberKey) -> str:
    return f"lease:{{{tag}}}:{member.program}:{member.member}"
