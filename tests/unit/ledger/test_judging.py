"""What rules are told of who buys: asked in which order, of which day, and when not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import cast

import pytest

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.facts import History, KeptFacts, MemberFacts, MonthDay, Profile
from ledger_service.domain.order import OrderDocument, OrderState, PostedOrder
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.use_cases.member_facts import Judged, Judging
from ledger_service.use_cases.ports import Evaluation, MemberRef, Members, Place, ProgramFacts, Resolution, Rules
from tests.support.pure_ledger import PureLedger, sold

PROFILE = Profile(datetime(2020, 1, 1, tzinfo=UTC), MonthDay(2, 29), ("vip",))
ANA = Resolution("old-ana", "ana", ("ana", "old-ana"), 1, "", PROFILE)
NOBODY = Resolution("anon_1", "anon_1", ("anon_1",), 0, "")
KNOWN = History({"status": "gold"}, 3, {"north": 3})
KIRITIMATI = Place("shop", "operator", "west", "USD", "Pacific/Kiritimati")
LOOKING = ProgramFacts("prg", "rev_1", False, 400, {"shop": KIRITIMATI}, looks_at_members=True)
BLIND = replace(LOOKING, looks_at_members=False)
SALE = PureLedger().order_command("ana", "s-1", [sold(1, 100, "north")], []).order.document


@dataclass
class World:
    """Peers that remember what they were asked."""

    revision: str = "rev_1"
    asked: list[tuple[str, object]] = field(default_factory=list)

    async def evaluate(
        self, program: str, order: OrderDocument, revision: str | None = None, member: MemberFacts | None = None
    ) -> Evaluation:
        self.asked.append(("rules", member))
        return Evaluation(self.revision, "operator", "west", "UTC", (), date(2026, 3, 2))

    async def history(self, wallet: MemberKey, homes: Sequence[str], ladders: Sequence[Ladder], day: date) -> History:
        self.asked.append(("history", (wallet.member, tuple(homes), day)))
        return KNOWN

    async def resolve(self, program: str, member: MemberRef) -> Resolution:
        self.asked.append(("identity", member.member_id))
        return ANA

    def judging(self) -> Judging:
        return Judging(cast("Rules", self), cast("Members", self), self)


async def judged(world: World, facts: ProgramFacts, resolution: Resolution = ANA) -> Judged:
    async def who() -> Resolution:
        return resolution

    return await world.judging().judge(facts, SALE, who())


async def test_where_nothing_looks_at_members_nothing_is_read_or_told() -> None:
    world = World()
    found = await judged(world, BLIND)
    assert (world.asked, found.kept) == ([("rules", None)], None)


async def test_tiers_are_asked_of_the_local_day_and_all_homes_are_counted() -> None:
    world = World()
    found = await judged(world, LOOKING)
    # Noon in Greenwich is past midnight there.
    told = ("history", ("ana", ("ana", "old-ana"), date(2026, 3, 3)))
    assert world.asked == [told, ("rules", MemberFacts(PROFILE, KNOWN))]
    assert found.kept == KeptFacts(KNOWN, ("vip",))


async def test_nobodys_sale_has_no_member() -> None:
    world = World("rev_2")
    assert (await judged(world, LOOKING, NOBODY)).kept is None
    assert world.asked == [("rules", None)]


async def test_at_a_place_that_is_not_known_rules_are_asked_without_the_member() -> None:
    world = World()
    await judged(world, replace(LOOKING, places={}))
    assert world.asked == [("rules", None)]


@pytest.mark.parametrize("facts", [BLIND, replace(LOOKING, places={})])
async def test_a_revision_that_is_not_known_yet_is_told_of_the_member(facts: ProgramFacts) -> None:
    world = World("rev_2")
    found = await judged(world, facts)
    assert [who for who, _ in world.asked] == ["rules", "history", "rules"]
    assert world.asked[1] == ("history", ("ana", ("ana", "old-ana"), date(2026, 3, 2)))
    assert world.asked[2] == ("rules", MemberFacts(PROFILE, KNOWN))
    assert found.kept == KeptFacts(KNOWN, ("vip",))


# --- judged again


def posted(facts: KeptFacts | None, home: str = "old-ana") -> PostedOrder:
    return PostedOrder("prg", "ord-1", home, OrderState.EVALUATED, "rev_1", SALE, SALE.occur_time, facts=facts)


async def test_a_posted_sale_is_judged_by_what_is_kept_and_by_who_they_are_now() -> None:
    kept = KeptFacts(History({"status": "silver"}, 1, {}), ("staff",))
    world = World()
    told = await world.judging().told_again(posted(kept))
    assert told == MemberFacts(replace(PROFILE, segments=("staff",)), kept.history)
    assert world.asked == [("identity", "old-ana")]


@pytest.mark.parametrize("order", [posted(None), posted(KeptFacts(KNOWN, ()), "anon_1")])
async def test_of_a_sale_of_which_nothing_was_told_nothing_is_told_again(order: PostedOrder) -> None:
    world = World()
    assert await world.judging().told_again(order) is None
    assert world.asked == []
