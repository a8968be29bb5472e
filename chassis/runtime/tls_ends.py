"""When our certificate and its authority end: two figures, and lines in the log before they do."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from chassis.runtime.application import Worker
from chassis.runtime.logs import get_logger
from chassis.runtime.metrics import observe
from chassis.runtime.tls import Tls
from chassis.runtime.workers import repeating

SOON = timedelta(days=30)
"""Before its end, or a quarter of the whole life of what does not live four times as long."""
SAY_EVERY_SECONDS = 3_600.0
_LOOK_EVERY_SECONDS = 60.0

_log = get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class TlsEnds:
    """Watches the files of a transport, also while nobody calls."""

    def __init__(self, tls: Tls, now: Callable[[], datetime] = _now) -> None:
        self._tls = tls
        self._now = now
        self._said: dict[str, float] = {}

    def seconds_left(self) -> Mapping[str, int]:
        """Of `certificate` and `authority`; below 0 when it has ended."""
        return {name: int(life.left(self._now()).total_seconds()) for name, life in self._tls.lives().items()}

    def tell(self) -> None:
        """Logs what ends soon, each once an hour; what has ended as an error."""
        present = asyncio.get_running_loop().time()
        for name, life in self._tls.lives().items():
            left = life.left(self._now())
            if left > min(SOON, life.whole / 4):
                self._said.pop(name, None)
            elif name not in self._said or present - self._said[name] >= SAY_EVERY_SECONDS:
                self._said[name] = present
                say = _log.warning if left > timedelta(0) else _log.error
                say("TLS certificate ends", of=name, ends=life.ends.isoformat(), seconds_left=int(left.total_seconds()))

    def worker(self) -> Worker:
        """Tells, and reports `tls.certificate.seconds_left` and `tls.authority.seconds_left`."""
        observe(
            "tls.certificate.seconds_left", lambda: self.seconds_left()["certificate"], "Until our certificate ends"
        )
        observe("tls.authority.seconds_left", lambda: self.seconds_left()["authority"], "Until it ends")

        async def step() -> bool:
            self.tell()
            return False

        return repeating("tls-ends", step, idle_seconds=_LOOK_EVERY_SECONDS)
