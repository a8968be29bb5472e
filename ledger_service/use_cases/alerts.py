"""Watching spends, and what a person does with what was found."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from ledger_service.domain.alerts import Alert, Raised, RefusedProof, SpendTrail, Thresholds, raised_by, raised_by_proof
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.alert_ports import Alerts, Spends, Surroundings, Watched
from ledger_service.use_cases.office_names import name_of
from ledger_service.use_cases.ports import Programs

MOST_SPENDS = 200


class AlertPage(NamedTuple):
    """Alerts and, unless they are the last, the number behind which the next page goes on."""

    alerts: Sequence[Alert]
    next: int | None


class WatchSpends:
    """Reads the log behind the lanes: nobody waits for it."""

    def __init__(self, alerts: Alerts, surroundings: Surroundings, thresholds: Thresholds) -> None:
        self._alerts = alerts
        self._surroundings = surroundings
        self._thresholds = thresholds
        self._remembered = 2 * thresholds.longest

    async def __call__(self) -> Watched:
        """One step."""
        return await self._alerts.watch(self._judged, self._remembered, MOST_SPENDS)

    async def _judged(self, spends: Spends) -> Sequence[Raised]:
        arounds = await self._surroundings.around(list(self._since(spends)))
        before, raised = spends.before, list[Raised]()
        for spend, around in zip(spends.new, arounds, strict=True):
            raised += raised_by(self._thresholds, spend, before, around)
            before.add(spend)
        return raised

    def _since(self, spends: Spends) -> Iterator[tuple[SpendTrail, datetime]]:
        """Each spend and since when look-ups in vain count: who guesses does not spend in between, a gateway does."""
        last = dict(spends.last_times)
        for spend in spends.new:
            since = spend.time - self._thresholds.guessed_within
            till = (spend.program, spend.caller)
            yield spend, max(since, last.get(till, since))
            last[till] = spend.time


class WatchProofs:
    """Judges proofs that were refused."""

    def __init__(self, alerts: Alerts, thresholds: Thresholds) -> None:
        self._alerts = alerts
        self._thresholds = thresholds

    async def __call__(self) -> Watched:
        """One step."""
        return await self._alerts.watch_proofs(self._judged, self._thresholds.refused_within, MOST_SPENDS)

    def _judged(self, refused: RefusedProof, before: Sequence[datetime]) -> Sequence[Raised]:
        return tuple(raised_by_proof(self._thresholds, refused, before))


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

    def __init__(self, admission: Admission, programs: Programs, alerts: Alerts) -> None:
        self._admission = admission
        self._programs = programs
        self._alerts = alerts

    async def __call__(self, program: str, request_id: str, alert_id: str, caller: str) -> Alert:
        """The alert as it stands; PROGRAM_NOT_FOUND, ALERT_NOT_FOUND, REQUEST_ID_REUSED."""
        self._programs.facts(program)
        name = name_of(self._admission, Asked(program, caller, request_id, ["acknowledge alert", alert_id]))
        return await self._alerts.acknowledge(program, alert_id, caller, name)
