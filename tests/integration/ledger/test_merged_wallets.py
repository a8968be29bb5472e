"""Wallets of several homes in the database: merged, parted, and what was done together undone afterwards."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import LogPosition, OrderAnswer
from ledger_service.domain.apply import Stamp, apply
from ledger_service.domain.commands import (
    AuthorizeRedemption,
    CaptureRedemption,
    LinkHomes,
    RestoreRedemption,
    SweepWallet,
    Tender,
    VoidRedemption,
)
from ledger_service.domain.policies import ReturnPolicy
from ledger_service.store.batch import PostgresBatches
from ledger_service.store.spend_reader import PostgresSpendReader
from ledger_service.use_cases.history_ports import WalletHomes
from tests.integration.ledger.counter import Counter
from tests.integration.ledger.family import Family, reason_of
from tests.integration.ledger.house import LINDEN, House
from tests.support.links import Links
from tests.support.pure_ledger import NOON, terms

DAY = timedelta(days=1)
ANYWHERE = terms("north", "1", {"north": "1", "harbor": "1", "linden": "1"})


@pytest.fixture
def family(house: House) -> Family:
    return Family(house)


async def test_a_merge_shows_at_once_and_moves_nothing(family: Family) -> None:
    await family.sale("ana", "a", 40, expire_time=NOON + 3 * DAY)
    await family.sale("bea", "b", 60)
    family.links.merge("ana", "bea")
    view = await family.view("bea")
    assert (view.root, view.balance, view.available, view.version) == ("ana", 100, 100, 1)
    assert (view.expiring_soon, view.next_expire_time) == (40, NOON + 3 * DAY)
    assert await family.rows() == {"ana": (40, 0, 0), "bea": (60, 0, 0)}
    family.links.unmerge("bea")
    assert [(await family.view(one)).balance for one in ("ana", "bea")] == [40, 60]


async def test_many_wallets_are_seen_as_each_alone(family: Family) -> None:
    await family.sale("ana", "a", 40, expire_time=NOON + 3 * DAY)
    await family.sale("bea", "b", 60, available_time=NOON + DAY)
    await family.sale("cy", "c", 5)
    family.links.merge("ana", "bea")
    asked = [WalletHomes(MemberKey("prg", root), family.links.homes(root)) for root in ("cy", "ana", "dee")]
    many = await family.house.engine.reader.wallets(asked, NOON, replay_clock=False, soon_days=30)
    assert list(many) == [await family.view(one) for one in ("cy", "ana", "dee")]
    assert [(one.balance, one.pending) for one in many] == [(5, 0), (100, 60), (0, 0)]


async def test_a_command_after_a_merge_spends_of_both_and_writes_alike_what_they_share(family: Family) -> None:
    await family.sale("ana", "a", 40)
    await family.sale("bea", "b", 60)
    await family.sale("bea", "b2", 5)
    family.links.merge("ana", "bea")
    await family.spend("bea", 70)
    assert sum((await family.balances()).values()) == 35  # type: ignore[arg-type]
    shared = await family.house.rows("SELECT DISTINCT version, merge_seq, last_post_time, fence FROM wallet")
    assert [row[:2] for row in shared] == [(3, 1)]
    assert await family.house.broken() == []


async def test_a_home_without_a_history_learns_of_the_merge_too(family: Family) -> None:
    await family.sale("ana", "a", 40)
    late = family.shop.sale("bea", "b", 60)
    family.links.merge("ana", "bea")
    await family.sale("ana", "a2", 1)
    assert await reason_of(family.house.engine.keeper.submit(late)) == "MEMBER_MOVED"
    assert (await family.house.rows("SELECT version, balance, merge_seq FROM wallet WHERE member = 'bea'")) == [
        (2, 0, 1)
    ]
    outcome = await family.lanes.submit(late)
    assert (outcome.answer.wallet.root, outcome.answer.wallet.balance) == ("ana", 101)
    assert await family.balances() == {"ana": 41, "bea": 60}


async def test_what_was_remembered_is_forgotten_before_a_command_is_made_anew(family: Family) -> None:
    await family.sale("ana", "a", 40)
    family.links.remembers = True
    for one in ("ana", "bea"):
        family.links.remembered[one] = family.links.of(one)
    family.links.merge("ana", "bea")
    await family.sale("ana", "a2", 1)
    outcome = await family.lanes.submit(family.shop.sale("bea", "b", 60))
    assert outcome.answer.wallet.balance == 101


async def test_an_unmerge_leaves_each_home_what_is_its_own_and_refuses_who_does_not_know(family: Family) -> None:
    await family.sale("ana", "a", 40)
    await family.sale("bea", "b", 60)
    family.links.merge("ana", "bea")
    await family.spend("ana", 50)
    before = await family.rows()
    stale = family.shop.spend("ana", 1)
    stale = replace(stale, origin=family.links.origin(stale.origin))
    family.links.unmerge("bea")
    assert await family.rows() == before
    await family.sale("bea", "b2", 3)
    assert await reason_of(family.house.engine.keeper.submit(stale)) == "MEMBER_MOVED"
    views = [await family.view(one) for one in ("ana", "bea")]
    assert [view.balance for view in views] == [before["ana"][0], before["bea"][0] + 3]  # type: ignore[operator]
    assert await family.house.broken() == []


@pytest.mark.parametrize("points", [0, 20])
async def test_a_restore_after_an_unmerge_goes_home(family: Family, points: int) -> None:
    await family.sale("ana", "a", 40)
    await family.sale("bea", "b", 60)
    family.links.merge("ana", "bea")
    redemption = await family.spend("ana", 100)
    assert await family.balances() == {"ana": 0, "bea": 0}
    family.links.unmerge("bea")
    outcome = await family.restore("ana", redemption, points)
    back = {"ana": 8, "bea": 12} if points else {"ana": 40, "bea": 60}
    assert await family.balances() == back
    # Nobody is told of another's wallet.
    assert (outcome.answer.wallet.root, outcome.answer.wallet.balance) == ("ana", back["ana"])
    versions = await family.house.rows("SELECT member, version, merge_seq FROM wallet ORDER BY member")
    assert versions == [("ana", 3, 2), ("bea", 3, 2)]
    assert await family.house.broken() == []


async def test_repayments_between_homes_unwind_after_an_unmerge(family: Family) -> None:
    await family.sale("ana", "a", 40)
    redemption = await family.spend("ana", 40)
    family.links.merge("ana", "bea")
    await family.say(family.shop.back("ana", "back", "a"))
    await family.sale("bea", "b", 60)
    assert await family.rows() == {"ana": (0, 0, 0), "bea": (20, 0, 0)}
    family.links.unmerge("bea")
    await family.restore("ana", redemption)
    assert await family.rows() == {"ana": (0, 0, 0), "bea": (60, 0, 0)}
    assert await family.house.broken() == []


async def test_goods_of_one_paid_by_the_other_give_the_points_back_where_they_came_from(family: Family) -> None:
    await family.sale("ana", "a", 100)
    family.links.merge("ana", "bea")
    held = AuthorizeRedemption(family.shop.pure.origin("bea"), b"hold", "hold", 50, ANYWHERE, None, 3_600)
    await family.say(held)
    sale = family.shop.sale("bea", "b", 100)
    await family.say(replace(sale, order=replace(sale.order, tenders=(Tender("hold", "", 0, True, ()),))))
    assert await family.balances() == {"ana": 50, "bea": 100}
    family.links.unmerge("bea")
    outcome = await family.say(family.shop.back("bea", "back", "b"))
    assert await family.balances() == {"ana": 100, "bea": 0}
    assert (outcome.answer.wallet.root, outcome.answer.wallet.balance) == ("bea", 0)
    assert await family.house.broken() == []


@pytest.mark.parametrize("ending", ["capture", "void", "time out"])
async def test_a_hold_of_both_ends_after_an_unmerge(family: Family, ending: str) -> None:
    await family.sale("ana", "a", 40)
    await family.sale("bea", "b", 60)
    family.links.merge("ana", "bea")
    await family.say(AuthorizeRedemption(family.shop.pure.origin("ana"), b"hold", "hold", 100, LINDEN, None, 3_600))
    assert await family.rows() == {"ana": (40, 40, 0), "bea": (60, 60, 0)}
    family.links.unmerge("bea")
    # Neither another command nor one that frees the own part loses sight of the time-out.
    await family.sale("ana", "a2", 1)
    await family.sale("bea", "b2", 1)
    assert await family.house.broken() == []
    origin = family.shop.pure.origin("ana")
    if ending == "capture":
        await family.say(CaptureRedemption(origin, b"red", "red", "hold", 100, True))
        assert await family.rows() == {"ana": (1, 0, 0), "bea": (1, 0, 0)}
    elif ending == "void":
        await family.say(VoidRedemption(origin, "hold", b""))
        assert await family.rows() == {"ana": (41, 0, 0), "bea": (61, 0, 0)}
    else:
        family.house.clock.advance(2 * DAY)
        assert (await family.view("ana")).held == 0
        await family.say(SweepWallet(origin))
        assert await family.rows() == {"ana": (41, 0, 0), "bea": (61, 0, 0)}
    assert await family.house.broken() == []


async def test_what_had_lapsed_is_not_revived_by_the_others_activity(family: Family) -> None:
    await family.sale("bea", "b", 60, expire_time=NOON + DAY, rolling_days=10)
    family.house.clock.advance(9 * DAY)
    await family.sale("ana", "a", 40)
    family.house.clock.advance(2 * DAY)
    assert (await family.view("bea")).balance == 0
    family.links.merge("ana", "bea")
    assert (await family.view("bea")).balance == 40
    await family.spend("bea", 10)
    assert await family.balances() == {"ana": 30, "bea": 0}


async def test_a_merge_is_told_once_and_an_unmerge_by_both(family: Family) -> None:
    await family.sale("ana", "a", 40)
    await family.sale("bea", "b", 60)
    family.links.merge("ana", "bea")
    told = LinkHomes(family.shop.pure.origin("ana"), True, "bea", "ana", date(2026, 3, 2))
    await family.say(told)
    family.links.unmerge("bea")
    for one in ("ana", "bea"):
        await family.say(LinkHomes(family.shop.pure.origin(one), False, "bea", "ana", date(2026, 3, 2)))
    assert await family.balances() == {"ana": 40, "bea": 60}
    events = await family.house.rows("SELECT type FROM event ORDER BY position OFFSET 2")
    assert events == [("members_merged",), ("members_unmerged",), ("members_unmerged",)]
    assert await family.house.broken() == []


async def test_chains_and_lanes_may_cross(wide: House) -> None:
    """Members of four lanes are merged and parted while tills sell, spend and restore; then all is given back."""
    family = Family(wide)
    names = [f"m-{number}" for number in range(6)]
    earned = dict.fromkeys(names, 0)
    redemptions: list[tuple[str, str]] = []

    async def till(number: int) -> None:
        for turn in range(12):
            member = names[(number + turn) % len(names)]
            await family.sale(member, f"s-{number}-{turn}", 10)
            earned[member] += 10
            spent = await spend(family, member, 7)
            redemptions.extend([(member, spent)] if spent else [])

    async def clerk() -> None:
        for turn in range(8):
            family.links.merge(names[turn % 6], names[(turn + 1) % 6])
            await asyncio.sleep(0.02)
            family.links.unmerge(family_child(family.links))
            await asyncio.sleep(0.01)
            if turn % 2:
                family.links.merge(names[turn % 6], names[(turn + 3) % 6])
                await asyncio.sleep(0.02)
                family.links.unmerge(family_child(family.links))

    await asyncio.gather(clerk(), *map(till, range(4)))
    assert await wide.broken() == []
    for member, redemption in redemptions:
        origin = family.shop.pure.origin(await root_of(wide, redemption) or member)
        await family.again(lambda: RestoreRedemption(origin, redemption, 0, "", ReturnPolicy(), b""))  # noqa: B023
    assert await wide.broken() == []
    found = await wide.rows("SELECT member, balance, debt FROM wallet ORDER BY member")
    assert found == [(name, earned[name], 0) for name in names]


async def spend(family: Family, member: str, points: int) -> str:
    """The redemption's id; empty if there are too few points. A fence that two lanes climb by turns is tried again, as
    a till does, and a member who moved, as the use case does."""
    command = family.shop.spend(member, points)
    while True:
        try:
            await family.say(command)
        except Refusal as refusal:
            if refusal.reason == "INSUFFICIENT_POINTS":
                return ""
            if refusal.reason not in {"LOCK_LOST", "MEMBER_MOVED"}:
                raise
        else:
            return command.redemption_id


def family_child(links: Links) -> str:
    return next(iter(links.survivor_of))


async def root_of(house: House, redemption: str) -> str:
    [(root,)] = await house.rows(f"SELECT root FROM redemption WHERE redemption_id = '{redemption}'")
    assert isinstance(root, str)
    return root


async def test_a_point_in_another_homes_row_is_found_though_the_wallet_sums_up(family: Family) -> None:
    await family.sale("ana", "a", 40)
    await family.sale("bea", "b", 60)
    family.links.merge("ana", "bea")
    await family.spend("ana", 10)
    await family.house.owner(
        "UPDATE wallet SET balance = balance - 1, positive = positive - 1 WHERE member = 'ana'",
        "UPDATE wallet SET balance = balance + 1, positive = positive + 1 WHERE member = 'bea'",
    )
    assert ["wallet's totals" in one for one in await family.house.broken()] == [True]


async def test_what_rolls_is_quoted_by_the_activity_of_its_home(family: Family) -> None:
    await family.sale("bea", "b", 60, expire_time=NOON + DAY, rolling_days=10)
    await family.sale("ana", "a", 40, expire_time=NOON + DAY)
    family.links.merge("ana", "bea")
    reader = PostgresSpendReader(family.house.engine.database)
    found = await reader.spendable(MemberKey("prg", "ana"), ("ana", "bea"), 100, NOON + 2 * DAY)
    assert [(one.home, one.remaining) for one in found] == [("bea", 60)]
    later = await reader.spendable(MemberKey("prg", "ana"), ("ana", "bea"), 100, NOON + 11 * DAY)
    assert later == []


async def test_a_parked_return_is_settled_by_who_is_whose_when_the_sale_comes(family: Family) -> None:
    """Parked of ana alone and sold to bea, one with her by then; parked of both and sold to bea when she is another."""
    counter = Counter()
    counter.pure = family.shop.pure
    await family.say(counter.early("ana", "back-1", "s-1"))
    family.links.merge("bea", "ana")
    taken_back = await family.say(counter.sale("bea", "s-1", 40))
    await family.say(counter.early("ana", "back-2", "s-2"))
    family.links.unmerge("ana")
    not_hers = await family.say(counter.sale("bea", "s-2", 40))
    for sold in (taken_back, not_hers):
        assert isinstance(sold.answer, OrderAnswer)
        assert len(sold.answer.resolved_returns) == 1
    assert await family.balances() == {"ana": 0, "bea": 40}
    assert await family.house.broken() == []


@pytest.mark.parametrize("accruals", [1, 60])
async def test_a_merge_and_an_unmerge_read_no_accruals(family: Family, accruals: int) -> None:
    for number in range(accruals):
        await family.sale("ana", f"a-{number}", 1)
        await family.sale("bea", f"b-{number}", 1, expire_time=NOON + DAY)
    for merged in (True, False):
        if merged:
            family.links.merge("ana", "bea")
        else:
            family.links.unmerge("bea")
        told = LinkHomes(family.shop.pure.origin("ana"), merged, "bea", "ana", date(2026, 3, 2))
        command = replace(told, origin=family.links.origin(told.origin))
        async with PostgresBatches(family.house.engine.database).begin() as batch:
            state = await batch.load([command])
            applied = apply(state, command, Stamp(NOON, LogPosition(0, 1)))
        assert (state.accruals, applied.event.movements) == ({}, ())
        assert len(applied.changes.rows) == len(command.origin.homes)
