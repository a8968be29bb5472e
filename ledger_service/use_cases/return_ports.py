"""What the use cases of returns need of the world besides."""

from datetime import datetime
from typing import NamedTuple, Protocol

from ledger_service.domain.hold import Hold
from ledger_service.domain.order import PostedReturn
from ledger_service.use_cases.portion import Portion


class ParkedKey(NamedTuple):
    """Where a page of parked returns ends: when its last one was parked, and its id."""

    park_time: datetime
    return_id: str


class StoredReturns(Protocol):
    """Returns, read outside any lane."""

    async def posted(self, program: str, return_id: str) -> PostedReturn | None:
        """A return that was posted or parked."""

    async def announced(self, program: str, return_id: str) -> Hold | None:
        """What was announced of a return."""

    async def parked(
        self, program: str, before: datetime | None, location_id: str, after: ParkedKey | None, limit: int
    ) -> Portion[PostedReturn]:
        """Returns that wait: those parked before a moment (None: all) at a location (empty: anywhere), oldest first,
        after a page's end."""
