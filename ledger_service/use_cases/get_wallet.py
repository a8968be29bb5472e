"""A member's balance."""

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.ports import Clock, MemberRef, Members, Programs, Reader


class GetWallet:
    """The balance, whether or not a sweep has run, and what expires soon."""

    def __init__(self, programs: Programs, members: Members, reader: Reader, clock: Clock) -> None:
        self._programs = programs
        self._members = members
        self._reader = reader
        self._clock = clock

    async def __call__(self, program: str, member: MemberRef) -> WalletView:
        """The member's wallet; an empty one without history."""
        facts = self._programs.facts(program)
        resolution = await self._members.resolve(program, member)
        wallet = MemberKey(program, resolution.root)
        soon = facts.policies.expiring_soon_days
        return await self._reader.wallet(wallet, resolution.homes, self._clock.now(), facts.replay_clock, soon)
