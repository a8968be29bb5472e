"""What following the links of members needs of the world."""

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol


class LinkChange(NamedTuple):
    """A merge or unmerge of a program, the `position`-th: of the absorbed member into, or from under, the survivor."""

    program: str
    position: int
    merged: bool
    absorbed: str
    survivor: str
    change_time: datetime


class LinkFeed(Protocol):
    """Identity's own order of merges and unmerges."""

    def changes(self, after: Mapping[str, int]) -> AsyncGenerator[LinkChange]:
        """Those behind a position of each program so far, in order within a program."""


class LinkCursors(Protocol):
    """How far changes were told, by program."""

    async def read(self) -> Mapping[str, int]:
        """The last position of each program."""

    async def move(self, program: str, position: int) -> None:
        """Up to this one all were told; never goes back."""
