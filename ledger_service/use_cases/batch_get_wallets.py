"""The balances of many members."""

import asyncio
from collections.abc import Sequence

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.history_ports import WalletHomes, Wallets
from ledger_service.use_cases.ports import Clock, MemberRef, Members, Programs


class BatchGetWallets:
    """Each member has its own result; all that are known are read together."""

    def __init__(self, programs: Programs, members: Members, wallets: Wallets, clock: Clock) -> None:
        self._programs = programs
        self._members = members
        self._wallets = wallets
        self._clock = clock

    async def __call__(self, program: str, members: Sequence[MemberRef]) -> Sequence[WalletView | Refusal]:
        """The members' wallets in order, or why there is none."""
        facts = self._programs.facts(program)
        found = await asyncio.gather(*(self._homes(program, member) for member in members))
        known = [homes for homes in found if not isinstance(homes, Refusal)]
        soon = facts.policies.expiring_soon_days
        views = iter(await self._wallets.wallets(known, self._clock.now(), facts.replay_clock, soon))
        return [homes if isinstance(homes, Refusal) else next(views) for homes in found]

    async def _homes(self, program: str, member: MemberRef) -> WalletHomes | Refusal:
        try:
            resolution = await self._members.resolve(program, member)
        except Refusal as refusal:
            return refusal
        return WalletHomes(MemberKey(program, resolution.root), resolution.homes)
