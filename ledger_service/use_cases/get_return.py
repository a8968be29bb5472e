"""A return as it stands now."""

from collections.abc import Callable
from dataclasses import replace

from ledger_service.domain import refusals
from ledger_service.domain.hold import Hold, HoldState
from ledger_service.domain.order import PostedReturn
from ledger_service.use_cases.ports import Clock, Programs
from ledger_service.use_cases.return_ports import StoredReturns


class GetReturn:
    """Finds a return by its id."""

    def __init__(self, programs: Programs, returns: StoredReturns, clock: Clock) -> None:
        self._programs = programs
        self._returns = returns
        self._clock = clock

    async def __call__(self, program: str, return_id: str, sees_location: Callable[[str], bool]) -> PostedReturn | Hold:
        """The return, or what is held for it as long as it was only announced; RETURN_NOT_FOUND also for one at a
        place of which the caller is to know nothing, at the same cost."""
        facts = self._programs.facts(program)
        posted = await self._returns.posted(program, return_id)
        if posted is not None and sees_location(posted.document.location_id):
            return posted
        hold = await self._returns.announced(program, return_id)
        if posted is not None or hold is None or not _is_seen(hold, sees_location):
            raise refusals.return_not_found(return_id)
        # Its time ends it, swept or not. A replay clock stands still between commands.
        if hold.state is HoldState.OPEN and not facts.replay_clock and hold.time_out <= self._clock.now():
            return replace(hold, state=HoldState.TIMED_OUT, parts=())
        return hold


def _is_seen(hold: Hold, sees_location: Callable[[str], bool]) -> bool:
    return hold.announced is not None and sees_location(hold.announced.location_id)


def seen_by(found: PostedReturn | Hold, sees: Callable[[str], bool]) -> PostedReturn | Hold:
    """The return with the reversals of brands that the caller `sees`. What it names is lines of sales, of no brand."""
    if isinstance(found, Hold):
        return found
    return replace(found, reversed=tuple(points for points in found.reversed if sees(points.brand)))
