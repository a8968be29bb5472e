"""A member's statement over a span of time."""

from datetime import datetime, timedelta

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.statement import Statement, statement_of
from ledger_service.use_cases.history_ports import History, WalletHomes
from ledger_service.use_cases.ports import Clock, MemberRef, Members, Programs
from ledger_service.use_cases.read_ports import Reader

MOST_COMMANDS = 5_000
"""So many commands fit a statement: it is one message."""

_INSTANT = timedelta(microseconds=1)
"""The finest the ledger tells apart."""


class GetMemberStatement:
    """Opening, what each command did, closing, and what expires next."""

    def __init__(self, programs: Programs, members: Members, reader: Reader, history: History, clock: Clock) -> None:
        self._programs = programs
        self._members = members
        self._reader = reader
        self._history = history
        self._clock = clock

    async def __call__(self, program: str, member: MemberRef, start: datetime, end: datetime) -> Statement:
        """What was committed from `start` until just before `end`; what lies in the future is not told."""
        facts = self._programs.facts(program)
        resolution = await self._members.resolve(program, member)
        wallet = WalletHomes(MemberKey(program, resolution.root), resolution.homes)
        present = (await self._reader.wallet(*wallet, self._clock.now(), facts.replay_clock)).as_of
        opening, closing = min(start - _INSTANT, present), min(end - _INSTANT, present)
        return statement_of(await self._history.statement(wallet, opening, closing, MOST_COMMANDS))
