"""Points whose call died between its two commits arrive by a chore, once (docs/adr/0024)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.domain.transfer import TransferState
from ledger_service.store.adjustments import PostgresTransfers
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.arrivals import AT_A_TIME, Arrivals, CompleteTransfers
from ledger_service.use_cases.ports import MemberRef, ProgramFacts, Resolution
from tests.integration.ledger.house import House, Shop
from tests.support.pure_people import People

FACTS = ProgramFacts("prg", "rev_test", replay_clock=False, late_upload_days=400, places={})


class Programs:
    """One program."""

    def facts(self, program: str) -> ProgramFacts:
        return FACTS

    def all(self) -> Sequence[ProgramFacts]:
        return [FACTS]


@dataclass
class Members:
    """Members without merges; identity may be away."""

    away: bool = False

    async def resolve(self, program: str, member: MemberRef) -> Resolution:
        if self.away:
            raise refusals.lane_unowned(0)
        return Resolution(member.member_id, member.member_id, (member.member_id,), 0, "")


class Desk:
    """The chore and what it works on."""

    def __init__(self, house: House) -> None:
        engine = house.engine
        self.house, self.shop, self.members = house, Shop(), Members()
        self.people = People(self.shop.pure)
        self.transfers = PostgresTransfers(engine.database)
        admission = Admission(engine.outcomes, Programs(), Fingerprints(b"k" * 32), engine.clock, lambda: "")
        self.arrivals = Arrivals(admission, Programs(), self.members, engine.keeper)
        self.complete = CompleteTransfers(self.transfers, self.arrivals)

    async def send(self, points: int) -> None:
        """Ana's points leave for bo, and nobody brings them. The clock of these tests stands in the past, so that
        they have been on their way for long."""
        await self.house.done(self.people.sending("ana", "bo", points))

    async def balances(self) -> tuple[int, int]:
        return tuple([(await self.house.engine.wallet("prg", one)).balance for one in ("ana", "bo")])  # type: ignore[return-value]


@pytest.fixture
async def desk(house: House) -> Desk:
    desk = Desk(house)
    await house.done(desk.shop.sale("ana", "a1", 40, 60))
    return desk


async def test_points_in_transit_arrive_by_the_chore(desk: Desk) -> None:
    await desk.send(70)
    assert await desk.balances() == (30, 0)
    assert await desk.house.broken() == []
    assert not await desk.complete()
    assert await desk.balances() == (30, 70)
    assert await desk.transfers.on_their_way(0, 10) == []
    assert await desk.house.broken() == []


async def test_two_who_bring_the_same_transfer_credit_it_once(desk: Desk) -> None:
    await desk.send(70)
    await asyncio.gather(*(desk.complete() for _ in range(5)))
    await desk.complete()
    assert await desk.balances() == (30, 70)
    assert await desk.house.broken() == []


async def test_what_cannot_arrive_now_arrives_later(desk: Desk) -> None:
    await desk.send(70)
    desk.members.away = True
    assert not await desk.complete()
    assert await desk.balances() == (30, 0)
    desk.members.away = False
    await desk.complete()
    assert await desk.balances() == (30, 70)


async def test_a_transfer_is_found_at_its_giver(desk: Desk) -> None:
    await desk.send(10)
    [waiting] = await desk.transfers.on_their_way(0, 10)
    found = await desk.transfers.find("prg", "ana", waiting.transfer_id)
    assert found == waiting
    await desk.complete()
    arrived = await desk.transfers.find("prg", "ana", waiting.transfer_id)
    assert arrived is not None
    assert arrived.state is TransferState.ARRIVED


async def test_a_young_transfer_is_left_to_its_call(desk: Desk) -> None:
    await desk.send(10)
    assert await desk.transfers.on_their_way(86_400 * 365 * 100, AT_A_TIME) == []


async def test_a_refused_transfer_leaves_nothing_on_its_way(desk: Desk) -> None:
    [heard] = await desk.house.say(desk.people.sending("ana", "bo", 1_000))
    assert isinstance(heard, Refusal)
    assert await desk.transfers.on_their_way(0, 10) == []
