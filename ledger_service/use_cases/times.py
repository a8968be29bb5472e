"""When a shop says something happened, and whether that can be taken."""

from datetime import datetime, timedelta

from ledger_service.domain import refusals
from ledger_service.use_cases.ports import ProgramFacts

AHEAD = timedelta(minutes=5)
"""A till's clock may run this far ahead of ours."""


def time_on_arrival(facts: ProgramFacts, occur_time: datetime, now: datetime) -> datetime:
    """When something happened that arrives at `now`: then, if it says that it has not happened yet."""
    return now if not facts.replay_clock and occur_time > now + AHEAD else occur_time


def check_time(facts: ProgramFacts, occur_time: datetime, now: datetime) -> None:
    """Refuses what lies too far ahead or back. A replay clock knows neither."""
    if facts.replay_clock:
        return
    if occur_time > now + AHEAD:
        raise refusals.time_ahead(occur_time, now)
    if occur_time < now - timedelta(days=facts.late_upload_days):
        raise refusals.too_late(occur_time, facts.late_upload_days)
