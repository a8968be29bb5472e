"""A member's balance as it was at any past instant."""

from datetime import datetime

from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.history_ports import History, WalletHomes
from ledger_service.use_cases.ports import Clock, MemberRef, Members, Programs
from ledger_service.use_cases.read_ports import Reader


class GetWalletAt:
    """Folded from what was committed up to and at the instant, less what had lapsed by it: what GetWallet would have
    answered then. The homes are those that make up the wallet now."""

    def __init__(self, programs: Programs, members: Members, reader: Reader, history: History, clock: Clock) -> None:
        self._programs = programs
        self._members = members
        self._reader = reader
        self._history = history
        self._clock = clock

    async def __call__(self, program: str, member: MemberRef, time: datetime) -> WalletView:
        """The wallet as of `time`; TIME_AHEAD if that is later than the present, as the wallet has it."""
        facts = self._programs.facts(program)
        resolution = await self._members.resolve(program, member)
        wallet = WalletHomes(MemberKey(program, resolution.root), resolution.homes)
        now = self._clock.now()
        if time > now:
            # A wallet may be ahead of our clock: by that of another process, or because it replays its orders.
            present = (await self._reader.wallet(*wallet, now, facts.replay_clock)).as_of
            if time > present:
                raise refusals.time_ahead(time, max(now, present))
        return (await self._history.wallet_at(wallet, time)).view
