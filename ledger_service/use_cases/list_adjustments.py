"""Adjustments that wait for a second person."""

from collections.abc import Sequence
from typing import NamedTuple

from ledger_service.domain.adjustment import Adjustment
from ledger_service.use_cases.people_ports import Adjustments, ProposedKey
from ledger_service.use_cases.ports import Programs


class ProposedPage(NamedTuple):
    """Adjustments and, unless they are the last, where the next page goes on."""

    adjustments: Sequence[Adjustment]
    next: ProposedKey | None


class ListProposedAdjustments:
    """Oldest first."""

    def __init__(self, programs: Programs, adjustments: Adjustments) -> None:
        self._programs = programs
        self._adjustments = adjustments

    async def __call__(
        self, program: str, brands: Sequence[str] | None, after: ProposedKey | None, limit: int
    ) -> ProposedPage:
        """At most `limit` adjustments of brands (None: of all) after a page's end."""
        self._programs.facts(program)
        # One more than asked for tells whether there is a next page.
        found = await self._adjustments.proposed(program, brands, after, limit + 1)
        page = found[:limit]
        last = ProposedKey(page[-1].post_time, page[-1].adjustment_id) if len(found) > limit else None
        return ProposedPage(page, last)
