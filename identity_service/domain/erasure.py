"""Erasing a person (docs/DOMAIN.md §7, ADR 0058): the ids stay, everything personal goes."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class ErasureReason(Enum):
    """Why; numbered as on the wire."""

    MEMBER_ASKED = 1
    RETENTION_ENDED = 2
    ORDERED = 3
    TEST_DATA = 4


@dataclass(frozen=True, slots=True)
class Erased:
    """A person of whom nothing personal is kept: its homes, the root first, and since when."""

    member_ids: tuple[str, ...]
    erase_time: datetime
