"""Commands that the ledger gives itself, one a wallet, because time has made something due there."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from chassis.values.canonical import Plain
from chassis.values.refusal import Refusal
from ledger_service.domain.answers import Answer
from ledger_service.domain.commands import Command, Origin
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.ports import Clock, Lanes, MemberRef, Members, ProgramFacts

T = TypeVar("T")

CALLER = "ledger"
"""Who asks: always the ledger itself, so that all processes that look at one version of a wallet share one request."""

AT_ONCE = 20
"""How many are queued together: each reads under its lane's locks, and tills wait behind them."""

ABSORBED = "ABSORBED"
"""Told of a wallet whose member was merged into another: what it held, or did, counts with that one."""

Done = Answer | str | None
"""What a command answered, or why it did not; None if another process had done it before."""


class Errands:
    """Finds out whose a wallet is and gives a command to its lane."""

    def __init__(self, admission: Admission, members: Members, lanes: Lanes, clock: Clock) -> None:
        self._admission = admission
        self._members = members
        self._lanes = lanes
        self._clock = clock

    async def run(
        self,
        facts: ProgramFacts,
        root: str,
        request_id: str,
        intent: Plain,
        make: Callable[[Origin], Command],
        through_root: bool = False,
    ) -> Done:
        """What became of the command that `make` makes for a root. A member that was absorbed is passed over, unless it
        is to be done `through_root`: in the wallet that its points are in by now."""
        asked = Asked(facts.program, CALLER, request_id, intent)
        try:
            key, kept = await self._admission.kept(asked)
            if kept is not None:
                return None
            resolution = await self._members.resolve(facts.program, MemberRef(member_id=root))
            if resolution.root != root and not through_root:
                return ABSORBED
            where = nowhere(facts.revision)
            origin = self._admission.origin(asked, key, facts, resolution, where, self._clock.now())
            outcome = await self._lanes.submit(make(origin))
        except Refusal as refusal:
            return refusal.reason
        return None if outcome.replayed else outcome.answer


async def some_at_once(items: Sequence[T], run: Callable[[T], Awaitable[Done]]) -> list[Done]:
    """What became of each, a few of them under way together."""
    done: list[Done] = []
    for begin in range(0, len(items), AT_ONCE):
        done += await asyncio.gather(*map(run, items[begin : begin + AT_ONCE]))
    return done


def reasons_of(done: Iterable[Done]) -> list[str]:
    """Why some were passed over."""
    return [one for one in done if isinstance(one, str)]
