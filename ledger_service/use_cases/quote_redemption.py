"""Quoting points: terms and wallet, side by side; nothing is set aside."""

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.quote import Quote, quote
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.ports import Clock, MemberRef, Members, Programs, Reader, Rules
from ledger_service.use_cases.requests import QuoteRequest
from ledger_service.use_cases.together import together


class QuoteRedemption:
    """What are points worth, here and elsewhere?"""

    def __init__(self, programs: Programs, members: Members, rules: Rules, reader: Reader, clock: Clock) -> None:
        self._programs = programs
        self._members = members
        self._rules = rules
        self._reader = reader
        self._clock = clock

    async def __call__(self, request: QuoteRequest) -> Quote:
        """The comparison, with what the member can spend."""
        now = self._clock.now()
        terms, wallet = await together(
            self._rules.redemption_terms(request.program, request.location_id, request.brand, request.currency, now),
            self._wallet(request.program, request.member),
        )
        return quote(terms, request.points, wallet.available, now)

    async def _wallet(self, program: str, member: MemberRef) -> WalletView:
        facts = self._programs.facts(program)
        resolution = await self._members.resolve(program, member)
        wallet = MemberKey(program, resolution.root)
        return await self._reader.wallet(wallet, resolution.homes, self._clock.now(), facts.replay_clock)
