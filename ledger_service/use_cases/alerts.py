"""Watching spends, and what a person does with what was found."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from ledger_service.domain import refusals
from ledger_service.domain.alerts import Alert, Raised, SpendTrail, Thresholds, Trails, raised_by
from ledger_service.use_cases.alert_ports import Alerts, Watched
from ledger_service.use_cases.ports import Programs

MOST_SPENDS = 200


class AlertPage(NamedTuple):
    """Alerts and, unless they are the last, the number behind which the next page goes on."""

    alerts: Sequence[Alert]
    next: int | None


class WatchSpends:
    """Reads the log behind the lanes: nobody waits for it."""

    def __init__(self, alerts: Alerts, thresholds: Thresholds) -> None:
        self._alerts = alerts
        self._judge = partial(_judged, thresholds)
        self._remembered = 2 * thresholds.longest

    async def __call__(self) -> Watched:
        """One step."""
        return await self._alerts.watch(self._judge, self._remembered, MOST_SPENDS)


def _judged(thresholds: Thresholds, spend: SpendTrail, before: Trails) -> Sequence[Raised]:
    return tuple(raised_by(thresholds, spend, before))


class ListAlerts:
    """In the order of raising."""

    def __init__(self, programs: Programs, alerts: Alerts) -> None:
        self._programs = programs
        self._alerts = alerts

    async def __call__(self, program: str, open_only: bool, after: int, size: int) -> AlertPage:
        """At most `size` behind a number; PROGRAM_NOT_FOUND."""
        self._programs.facts(program)
        found = await self._alerts.listed(program, open_only, after, size + 1)
        page = found[:size]
        return AlertPage(page, page[-1].number if len(found) > size else None)


class AcknowledgeAlert:
    """The first one counts."""

    def __init__(self, programs: Programs, alerts: Alerts) -> None:
        self._programs = programs
        self._alerts = alerts

    async def __call__(self, program: str, alert_id: str, caller: str) -> Alert:
        """The alert as it stands; PROGRAM_NOT_FOUND, ALERT_NOT_FOUND."""
        self._programs.facts(program)
        alert = await self._alerts.acknowledge(program, alert_id, caller)
        if alert is None:
            raise refusals.alert_not_found(program, alert_id)
        return alert
