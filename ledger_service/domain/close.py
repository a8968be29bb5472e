"""What is still open in a program, for whoever closes a period."""

from dataclasses import dataclass
from datetime import datetime

from ledger_service.domain.answers import LogPosition


@dataclass(frozen=True, slots=True)
class OpenDocuments:
    """Documents that wait: how many, since when the oldest, and the ids of the oldest 10."""

    count: int
    oldest: datetime | None
    first_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenPoints:
    """In how many places points lie that are neither spendable nor spent, and how many."""

    count: int
    points: int


@dataclass(frozen=True, slots=True)
class CloseFacts:
    """All of it as it was after exactly the events up to `up_to`."""

    up_to: tuple[LogPosition, ...]
    parked_returns: OpenDocuments
    announced_returns: OpenPoints
    holds: OpenPoints
    debts: OpenPoints
    pending: OpenPoints
    proposed_adjustments: OpenDocuments
    transfers: OpenDocuments
