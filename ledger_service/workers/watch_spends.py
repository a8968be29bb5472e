"""Watches for spends that cannot be and for refused proofs, and tells those who look at logs and metrics. No personal
data."""

from chassis.runtime.logs import get_logger
from chassis.runtime.metrics import ALERTS
from ledger_service.use_cases.alerts import WatchProofs, WatchSpends

_log = get_logger(__name__)


class Watch:
    """A chore."""

    def __init__(self, watch: WatchSpends | WatchProofs) -> None:
        self._watch = watch

    async def __call__(self) -> bool:
        """One step; True if there may be more."""
        watched = await self._watch()
        for raised in watched.raised:
            ALERTS.add(1, {"kind": raised.kind.value})
            _log.warning("alert raised", kind=raised.kind.value, alert=raised.alert_id, program=raised.last.program)
        return watched.more
