"""Where a member stands."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.view import StandingView
from ledger_service.use_cases.ports import Clock, MemberRef, Members, Programs, Resolution
from ledger_service.use_cases.standing_ports import AsOf, MemberStandings, Standings


class GetStanding:
    """The standing of today, whether or not a round has run; with what was known when."""

    def __init__(self, programs: Programs, members: Members, standings: Standings, clock: Clock) -> None:
        self._programs = programs
        self._members = members
        self._standings = standings
        self._clock = clock

    async def __call__(
        self, program: str, member: MemberRef, history_size: int, covers_brand: Callable[[str], bool]
    ) -> MemberStandings:
        """The member's on the ladders of brands that concern the caller; with so many records of each ladder."""
        facts = self._programs.facts(program)
        ladders = concerning(facts.ladders, covers_brand)
        resolution = await self._members.resolve(program, member)
        wallet = MemberKey(program, resolution.root)
        today = AsOf(self._clock.now().date(), latest=True, replay_clock=facts.replay_clock)
        found = await self._standings.read(wallet, resolution.homes, ladders, today)
        if len(ladders) < len(facts.ladders):
            named = {ladder.ladder_id for ladder in ladders}
            found = replace(found, manual=tuple(one for one in found.manual if one.ladder_id in named))
        if not history_size:
            return found
        return replace(found, history=await self._standings.history(wallet, ladders, history_size))


def concerning(ladders: Sequence[Ladder], covers_brand: Callable[[str], bool]) -> tuple[Ladder, ...]:
    """The ladders that concern who covers these brands."""
    return tuple(ladder for ladder in ladders if ladder.concerns(covers_brand))


class StandingsOfMember:
    """The standings shown beside something else: of today, or of the day of a sale."""

    def __init__(self, programs: Programs, standings: Standings, clock: Clock) -> None:
        self._programs = programs
        self._standings = standings
        self._clock = clock

    async def __call__(
        self, program: str, resolution: Resolution, covers_brand: Callable[[str], bool], day: date | None = None
    ) -> tuple[StandingView, ...]:
        """The member's as of the end of a day, with all that is known now; None: as of today. Of ladders as above."""
        facts, wallet = self._programs.facts(program), MemberKey(program, resolution.root)
        ladders = concerning(facts.ladders, covers_brand)
        today = AsOf(self._clock.now().date(), latest=True, replay_clock=facts.replay_clock)
        when = AsOf(day) if day else today
        return (await self._standings.read(wallet, resolution.homes, ladders, when)).standings
