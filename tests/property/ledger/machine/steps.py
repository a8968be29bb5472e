"""What was done, and what a ledger looks like at a moment."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, fields
from datetime import datetime

from ledger_service.domain.apply import Applied
from ledger_service.domain.commands import Command
from ledger_service.domain.slice import Slice

Choose = Callable[[int, int], int]
"""Gives a number of a range: drawn by Hypothesis, so that failures shrink, or by a seeded generator."""


@dataclass(frozen=True)
class Done:
    """A command that was carried out or refused, and when."""

    now: datetime
    command: Command
    applied: Applied | None
    reason: str = ""


def snapshot(state: Slice) -> dict[str, object]:
    """The slice as it is now: its values are immutable, only its containers are not. What says how much was read
    is left out."""
    read = {"frontier", "due_until", "timed_out_until", "pending_read", "debts_read", "unpaid_read", "payers_read"}
    read |= {"fences", "homes", "postponed"}
    names = (each.name for each in fields(Slice) if each.name not in read)
    return {name: _deep(getattr(state, name)) for name in names}


def _deep(container: object) -> object:
    if isinstance(container, dict):
        return {key: _deep(value) for key, value in container.items()}
    return copy(container) if isinstance(container, set) else container
