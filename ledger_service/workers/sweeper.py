"""The sweep as a loop: its rounds, counted and logged."""

from opentelemetry import metrics

from chassis.runtime.logs import get_logger
from ledger_service.use_cases.sweep_wallets import SweepRound, SweepWallets
from ledger_service.workers.passed_over import count_passed_over

_METER = metrics.get_meter("ledger_service")
_SWEPT = _METER.create_counter("ledger.sweep.wallets", description="Wallets swept, and passed over by reason")
_EXPIRED = _METER.create_counter("ledger.sweep.expired_points", description="Points whose expiry a sweep booked")
_UNHELD = _METER.create_counter("ledger.sweep.unheld_points", description="Held points whose time-out a sweep booked")

_log = get_logger(__name__)


class Sweeper:
    """See `use_cases.sweep_wallets`."""

    def __init__(self, sweep_wallets: SweepWallets) -> None:
        self._sweep_wallets = sweep_wallets

    async def __call__(self) -> bool:
        """One round; True while a pass goes on."""
        done = await self._sweep_wallets()
        _count(done)
        if done.swept:
            _log.info("swept", wallets=done.swept, expired=done.expired_points, unheld=done.unheld_points)
        if loud := count_passed_over(_SWEPT, done.passed_over):
            _log.warning("wallets could not be swept", reasons=loud)
        return done.more


def _count(done: SweepRound) -> None:
    _SWEPT.add(done.swept, {"outcome": "swept"})
    _EXPIRED.add(done.expired_points)
    _UNHELD.add(done.unheld_points)
