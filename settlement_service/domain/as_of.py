"""The moment a figure is asked for.

"As of a date" means everything whose day is that date or before; an event's day is the UTC date of its commit, so that
books rebuilt from event zero say the same (ADR 0047). "As of a period" means everything of that period and before.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Now:
    """Everything that is in the books."""


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """The end of a period that has been cut: its number and its name, such as 2026-10."""

    sequence: int
    name: str


@dataclass(frozen=True, slots=True)
class Day:
    """The end of a UTC day."""

    date: date


At = Now | PeriodEnd | Day


@dataclass(frozen=True, slots=True)
class PeriodNamed:
    """The end of a period, as somebody asks for it: by name."""

    name: str


Asked = Now | PeriodNamed | Day
"""A moment before it is known which period a name means."""
