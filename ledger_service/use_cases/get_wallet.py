"""A member's balance, and where the member stands."""

from collections.abc import Callable
from typing import NamedTuple

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.standing.view import StandingView
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.get_standing import StandingsOfMember
from ledger_service.use_cases.ports import Clock, MemberRef, Members, Programs
from ledger_service.use_cases.read_ports import Reader
from ledger_service.use_cases.together import together


class MemberWallet(NamedTuple):
    """A balance, and the standings beside it, by ladder."""

    wallet: WalletView
    standings: tuple[StandingView, ...]


class GetWallet:
    """The balance, whether or not a sweep has run, what expires soon, and the standing of today."""

    def __init__(
        self, programs: Programs, members: Members, reader: Reader, standings: StandingsOfMember, clock: Clock
    ) -> None:
        self._programs = programs
        self._members = members
        self._reader = reader
        self._standings = standings
        self._clock = clock

    async def __call__(self, program: str, member: MemberRef, covers_brand: Callable[[str], bool]) -> MemberWallet:
        """The member's wallet, an empty one without history; standings on ladders of brands that concern the caller."""
        facts = self._programs.facts(program)
        resolution = await self._members.resolve(program, member)
        wallet, soon = MemberKey(program, resolution.root), facts.policies.expiring_soon_days
        reading = self._reader.wallet(wallet, resolution.homes, self._clock.now(), facts.replay_clock, soon)
        return MemberWallet(*await together(reading, self._standings(program, resolution, covers_brand)))
