"""The daily round: it looks at whose day has come and at whom other ladders may change, and at nobody else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.ids import BUCKETS
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.domain.standing.ladder import Ladder, LadderVersion, Tier
from ledger_service.domain.standing.metric import Points, Scope
from ledger_service.domain.standing.window import Rolling
from ledger_service.store.outcomes import PostgresOutcomes
from ledger_service.store.standing_reader import PostgresDueStandings
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.follow_standings import FollowRound, FollowStandings
from tests.integration.ledger.house import House
from tests.integration.ledger.sweeping import Loners, SomePrograms
from tests.integration.ledger.test_standings import LADDER, TODAY, DatedShop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

LOWER = Ladder("status", (LadderVersion(date(2020, 1, 1), Scope(), Points(), Rolling(12), (Tier("silver", 10),)),))


@dataclass
class Town:
    """A house, its ladders as they are now, and rounds over it."""

    house: House
    programs: SomePrograms = field(default_factory=SomePrograms)
    members: Loners = field(default_factory=Loners)

    def rounds(self) -> FollowStandings:
        database, clock = self.house.engine.database, self.house.clock
        admission = Admission(PostgresOutcomes(database), self.programs, Fingerprints(b"k" * 32), clock, lambda: "")
        due = PostgresDueStandings(database)
        return FollowStandings(
            admission, self.programs, self.members, due, self.house.engine.keeper, clock, lambda: range(BUCKETS)
        )

    async def tiers(self) -> list[tuple[object, ...]]:
        """What is recorded last of each member."""
        latest = "SELECT DISTINCT ON (home) home, tier FROM tier_record ORDER BY home, version DESC"
        return await self.house.rows(latest)


@pytest.fixture
async def town(databases: Databases, redis_url: str) -> AsyncIterator[Town]:
    clock, programs = ManualClock(NOON), SomePrograms(ladders=(LADDER,))
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(
            database.url, redis_url, clock=clock, ladders=lambda program: programs.facts(program).ladders
        ) as engine,
    ):
        yield Town(House(engine, database, clock), programs)


async def whole(rounds: FollowStandings) -> FollowRound:
    total = FollowRound()
    while True:
        done = await rounds()
        passed = {**total.passed_over, **done.passed_over}
        total = replace(total, recorded=total.recorded + done.recorded, changed=total.changed + done.changed)
        total = replace(total, passed_over=passed)
        if not done.more:
            return total


async def test_whose_day_has_come_is_looked_at_once(town: Town) -> None:
    shop = DatedShop()
    await town.house.done(shop.bought("ann", "a1", 100), shop.bought("bo", "b1", 99), shop.bought("cy", "c1", 500))
    rounds = town.rounds()
    assert await whole(rounds) == FollowRound()
    town.house.clock.advance(timedelta(days=365 + 184))
    assert (await whole(rounds)).changed == 2
    assert await whole(rounds) == FollowRound()
    assert await town.tiers() == [("ann", ""), ("cy", "")]
    assert await town.house.broken() == []
    assert await town.house.rows("SELECT type FROM event WHERE position > 3") == [("standing_changed",)] * 2


async def test_two_rounds_at_once_record_once(town: Town) -> None:
    shop = DatedShop()
    await town.house.done(*(shop.bought(f"m{number}", f"d{number}", 100) for number in range(30)))
    town.house.clock.advance(timedelta(days=700))
    done = await asyncio.gather(whole(town.rounds()), whole(town.rounds()))
    assert sum(one.recorded for one in done) == 30
    assert await town.house.rows("SELECT count(*) FROM tier_record") == [(60,)]


async def test_another_ladder_is_followed_for_everybody(town: Town) -> None:
    shop = DatedShop()
    await town.house.done(shop.bought("ann", "a1", 100), shop.bought("bo", "b1", 50), shop.bought("cy", "c1", 5))
    rounds = town.rounds()
    await whole(rounds)
    town.programs.ladders = (LOWER,)
    assert (await whole(rounds)).changed == 1
    assert await town.tiers() == [("ann", "silver"), ("bo", "silver")]
    assert await whole(town.rounds()) == FollowRound()
    town.programs.ladders = ()
    await whole(rounds)
    assert await town.house.rows("SELECT count(*) FROM ladder_track") == [(0,)]


async def test_a_ladder_that_comes_later_counts_what_was_before(town: Town) -> None:
    town.programs.ladders = ()
    shop = DatedShop()
    await town.house.done(*(shop.bought(f"m{number}", f"d{number}", 100, TODAY) for number in range(300)))
    rounds = town.rounds()
    assert await whole(rounds) == FollowRound()
    town.programs.ladders = (LADDER,)
    assert (await whole(rounds)).changed == 300
    assert await town.house.broken() == []


async def test_absorbed_members_are_forgotten_and_replayed_programs_left_alone(town: Town) -> None:
    shop = DatedShop()
    await town.house.done(shop.bought("ann", "a1", 100), shop.bought("bo", "b1", 100))
    town.members.roots["ann"] = "eve"
    town.house.clock.advance(timedelta(days=700))
    town.programs.replayed = ("prg",)
    assert await whole(town.rounds()) == FollowRound()
    town.programs.replayed = ()
    rounds = town.rounds()
    done = await whole(rounds)
    assert (done.changed, done.passed_over) == (1, {"ABSORBED": 1})
    assert await whole(rounds) == FollowRound()
    assert await town.house.rows("SELECT root FROM ladder_track") == [("bo",)]
