"""Quoting points: what the wallet holds, then what that is worth; nothing is set aside."""

from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.quote import Quote, quote
from ledger_service.use_cases.ports import Clock, Members, Programs, Reader, Rules
from ledger_service.use_cases.requests import QuoteRequest


class QuoteRedemption:
    """What are points worth, here and elsewhere?"""

    def __init__(self, programs: Programs, members: Members, rules: Rules, reader: Reader, clock: Clock) -> None:
        self._programs = programs
        self._members = members
        self._rules = rules
        self._reader = reader
        self._clock = clock

    async def __call__(self, request: QuoteRequest) -> Quote:
        """The comparison, with what the member can spend, at the moment a redemption would be made at."""
        facts = self._programs.facts(request.program)
        resolution = await self._members.resolve(request.program, request.member)
        key, homes = MemberKey(request.program, resolution.root), resolution.homes
        wallet = await self._reader.wallet(key, homes, self._clock.now(), facts.replay_clock)
        terms = await self._rules.redemption_terms(
            request.program, request.location_id, request.brand, request.currency, wallet.as_of
        )
        for entity in sorted(await self._reader.funders(key, homes, request.points or wallet.available)):
            if entity not in terms.settlement and entity != terms.redeemer:
                raise refusals.no_settlement_terms(entity, terms.redeemer)
        return quote(terms, request.points, wallet.available, wallet.as_of)
