"""Following merges and unmerges as a loop: its rounds, counted and logged."""

from opentelemetry import metrics

from chassis.runtime.logs import get_logger
from ledger_service.use_cases.follow_links import FollowLinks
from ledger_service.workers.passed_over import count_passed_over

_METER = metrics.get_meter("ledger_service")
_TOLD = _METER.create_counter("ledger.links.wallets", description="Wallets told of a merge or unmerge, or passed over")

_log = get_logger(__name__)


class LinkFollower:
    """See `use_cases.follow_links`."""

    def __init__(self, follow_links: FollowLinks) -> None:
        self._follow_links = follow_links

    async def __call__(self) -> bool:
        """One round; False: there is no more, what comes later is looked for after a pause."""
        done = await self._follow_links()
        _TOLD.add(done.told, {"outcome": "told"})
        if loud := count_passed_over(_TOLD, done.passed_over):
            _log.warning("wallets could not be told of a merge", reasons=loud)
        return done.more
