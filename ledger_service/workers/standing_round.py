"""The daily round over standings as a loop: its rounds, counted and logged."""

from opentelemetry import metrics

from chassis.runtime.logs import get_logger
from ledger_service.use_cases.follow_standings import FollowRound, FollowStandings
from ledger_service.workers.passed_over import count_passed_over

_METER = metrics.get_meter("ledger_service")
_LOOKED = _METER.create_counter("ledger.standing.members", description="Members looked at, and passed over by reason")
_CHANGED = _METER.create_counter("ledger.standing.tiers", description="Tiers that a round found changed")

_log = get_logger(__name__)


class StandingRound:
    """See `use_cases.follow_standings`."""

    def __init__(self, follow_standings: FollowStandings) -> None:
        self._follow_standings = follow_standings

    async def __call__(self) -> bool:
        """One round; True while there may be more."""
        done = await self._follow_standings()
        _count(done)
        if done.changed:
            _log.info("tiers changed", members=done.recorded, tiers=done.changed)
        if loud := count_passed_over(_LOOKED, done.passed_over):
            _log.warning("members could not be looked at", reasons=loud)
        return done.more


def _count(done: FollowRound) -> None:
    _LOOKED.add(done.recorded, {"outcome": "recorded"})
    _CHANGED.add(done.changed)
