"""Cutting periods in tests of the engine: the use case over the real store, for a program of a kind."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from pydantic import SecretStr

from chassis.runtime.clock import Clock
from chassis.runtime.postgres import Database, open_database
from deploy.local import databases
from ledger_service.domain import refusals
from ledger_service.domain.answers import PeriodCut
from ledger_service.store.periods import PostgresPeriodCuts
from ledger_service.use_cases.cut_period import CutOutcome, CutPeriod
from ledger_service.use_cases.ports import ProgramFacts

FINANCE = "finance"


class OnePrograms:
    """Knows one kind of program, under any of some names."""

    def __init__(self, replay_clock: bool, zone: str, names: Sequence[str]) -> None:
        self._facts = {name: _facts(name, replay_clock, zone) for name in names}

    def facts(self, program: str) -> ProgramFacts:
        if program not in self._facts:
            raise refusals.program_not_found(program)
        return self._facts[program]

    def all(self) -> Sequence[ProgramFacts]:
        return tuple(self._facts.values())


def _facts(program: str, replay_clock: bool, zone: str) -> ProgramFacts:
    return ProgramFacts(program, "rev_test", replay_clock, 400, {}, settlement_zone=zone)


class Knife:
    """Cuts periods of `prg`."""

    def __init__(self, cut: CutPeriod, cuts: PostgresPeriodCuts) -> None:
        self._cut = cut
        self.cuts = cuts

    async def cut(self, period: str, program: str = "prg") -> PeriodCut:
        return (await self.outcome(period, program)).cut

    async def outcome(self, period: str, program: str = "prg") -> CutOutcome:
        return await self._cut(program, period, FINANCE)


def knife_over(
    database: Database,
    clock: Clock,
    *,
    replay_clock: bool = False,
    zone: str = "UTC",
    programs: Sequence[str] = ("prg",),
    appended: Callable[[], None] = lambda: None,
) -> Knife:
    """A knife on a pool of connections."""
    cuts = PostgresPeriodCuts(database, database)
    return Knife(CutPeriod(OnePrograms(replay_clock, zone, programs), cuts, clock, appended, str), cuts)


@asynccontextmanager
async def own_knife(database: databases.Database, clock: Clock, replay_clock: bool = True) -> AsyncIterator[Knife]:
    """A knife with connections of its own, as another process has."""
    async with open_database(SecretStr(database.url), application_name="knife", pool_size=2) as pool:
        yield knife_over(pool, clock, replay_clock=replay_clock)


def months(count: int, first: int = 2000) -> list[str]:
    """So many months, one after another."""
    return [f"{first + number // 12}-{number % 12 + 1:02}" for number in range(count)]
