"""States the terms on which points can be spent at a brand and place."""

from rules_service.domain.quote import quote
from rules_service.domain.redemption_terms import RedemptionTerms, TermsQuestion
from rules_service.use_cases.live_programs import LivePrograms


class QuoteRedemption:
    """Works on memory alone; the caller has been found to cover the program before this is asked."""

    def __init__(self, live: LivePrograms) -> None:
        self._live = live

    async def run(self, program_id: str, asked: TermsQuestion) -> RedemptionTerms:
        """The terms by the live revision. Refused PROGRAM_NOT_FOUND and what `domain.quote` refuses."""
        return quote(self._live.get(program_id).compiled, asked)
