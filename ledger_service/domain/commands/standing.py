"""What is done about where members stand: tiers set by hand, and the daily look."""

from dataclasses import dataclass
from datetime import date

from ledger_service.domain.commands.base import BaseCommand


@dataclass(frozen=True, slots=True)
class SetTier(BaseCommand):
    """Gives the member at least `tier` of a ladder from `start` on and before `end` (None: until it is ended)."""

    manual_id: str
    ladder_id: str
    tier: str
    start: date
    end: date | None
    reason: str
    approver: str
    operator_id: str


@dataclass(frozen=True, slots=True)
class EndTier(BaseCommand):
    """Ends a tier set by hand on `end`, its first day without it."""

    manual_id: str
    end: date
    operator_id: str


@dataclass(frozen=True, slots=True)
class FollowStanding(BaseCommand):
    """Looks where the member stands on `day`, so that what time alone or other ladders changed is recorded."""

    day: date
