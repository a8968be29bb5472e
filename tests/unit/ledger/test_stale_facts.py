"""What a sale was judged by is compared where it is committed; what changed meanwhile is judged again."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import Answer
from ledger_service.domain.commands import Command, PostOrder
from ledger_service.domain.fact_refusals import stale_facts
from ledger_service.domain.facts import NOTHING_READ, FactsRead, PurchasesRead
from ledger_service.domain.standing.ladder import Ladder, LadderVersion, Tier
from ledger_service.domain.standing.metric import Orders, Scope
from ledger_service.domain.standing.window import Lifetime
from ledger_service.use_cases.in_turn import InTurn
from ledger_service.use_cases.ports import Outcome
from ledger_service.use_cases.stale_facts import MISSES_BEFORE_WAITING, MOST_TRIES, FactLanes
from tests.support.pure_facts import TODAY, judged, purchases, reason_of, tier
from tests.support.pure_ledger import PureLedger, award, sold
from tests.support.pure_standing import climb, open_standing, set_tier

ONE = [sold(1, 100, "north")]
FIRST, ANY = purchases(0, 0), purchases(1, None)
NONE, GOLD = tier("regulars", ""), tier("regulars", "gold")
REGULAR = Ladder(
    "regulars", (LadderVersion(TODAY.replace(year=2020), Scope(), Orders(), Lifetime(), (Tier("gold", 2),)),)
)
POSTED = cast("Answer", None)
"""Nobody looks at it."""


# --- compared under the lock


def test_a_first_purchase_is_one_once() -> None:
    ledger = PureLedger()
    assert reason_of(ledger, judged(ledger, "ana", "s-1", ONE, FIRST)) == ""
    assert reason_of(ledger, judged(ledger, "ana", "s-2", ONE, FIRST)) == "STALE_FACTS"
    assert reason_of(ledger, judged(ledger, "ana", "s-3", ONE, ANY)) == ""
    assert reason_of(ledger, judged(ledger, "ben", "s-4", ONE, FIRST)) == ""


def test_each_number_read_must_hold() -> None:
    ledger = PureLedger()
    both = FactsRead(purchases=(PurchasesRead("", 0, 0, None), PurchasesRead("north", 1, 1, None)))
    assert reason_of(ledger, judged(ledger, "ana", "s-1", ONE, both)) == "STALE_FACTS"


def test_what_was_not_read_is_asked_for() -> None:
    ledger = PureLedger()
    assert reason_of(ledger, judged(ledger, "ana", "s-1", ONE, NONE)) == ""
    climb(ledger, REGULAR)
    assert reason_of(ledger, judged(ledger, "ana", "s-2", ONE, NONE)) == "NeedsStanding"


def test_a_tier_is_that_of_the_day_of_the_sale() -> None:
    ledger = PureLedger()
    climb(ledger, REGULAR)
    open_standing(ledger, "ana")
    yesterday = TODAY - timedelta(days=1)
    for number in range(2):
        assert reason_of(ledger, judged(ledger, "ana", f"s-{number}", ONE, NONE)) == ""
    assert reason_of(ledger, judged(ledger, "ana", "s-3", ONE, NONE)) == "STALE_FACTS"
    assert reason_of(ledger, judged(ledger, "ana", "s-4", ONE, GOLD)) == ""
    assert reason_of(ledger, judged(ledger, "ana", "s-5", ONE, GOLD, day=yesterday)) == "STALE_FACTS"
    assert reason_of(ledger, judged(ledger, "ana", "s-6", ONE, NONE, day=yesterday)) == ""


def test_a_tier_set_by_hand_counts() -> None:
    ledger = PureLedger()
    climb(ledger, REGULAR)
    set_tier(ledger, "ana", "gold", TODAY)
    assert reason_of(ledger, judged(ledger, "ana", "s-1", ONE, NONE)) == "STALE_FACTS"
    assert reason_of(ledger, judged(ledger, "ana", "s-2", ONE, GOLD)) == ""


def test_a_ladder_that_is_not_there_gives_no_tier() -> None:
    ledger = PureLedger()
    assert reason_of(ledger, judged(ledger, "ana", "s-1", ONE, tier("gone", "gold"))) == "STALE_FACTS"
    assert reason_of(ledger, judged(ledger, "ana", "s-2", ONE, tier("gone", ""))) == ""


def test_a_refused_sale_changes_nothing() -> None:
    ledger = PureLedger()
    reason_of(ledger, judged(ledger, "ana", "s-1", ONE, FIRST, awards=[award(1, 10, "north")]))
    before = ledger.copy()
    assert reason_of(ledger, judged(ledger, "ana", "s-2", ONE, FIRST, awards=[award(1, 10, "north")])) == "STALE_FACTS"
    assert ledger.state == before.state


# --- judged again


@dataclass
class Lanes:
    """Refuses a command as often as is said, then commits it; remembers what it was given. `missed`: often enough for
    others to wait."""

    misses: int = 0
    given: list[Command] = field(default_factory=list)
    done: list[Command] = field(default_factory=list)
    missed: asyncio.Event = field(default_factory=asyncio.Event)

    async def submit(self, command: Command) -> Outcome:
        self.given.append(command)
        if len(self.given) > MISSES_BEFORE_WAITING:
            self.missed.set()
        await asyncio.sleep(0)
        if command.rests_on != NOTHING_READ and self.misses:
            self.misses -= 1
            raise stale_facts()
        self.done.append(command)
        return Outcome(POSTED, replayed=False)


def sale(document: str, read: FactsRead = FIRST) -> PostOrder:
    return judged(PureLedger(), "ana", document, ONE, read)


async def commit(lanes: FactLanes, command: PostOrder) -> Outcome:
    """Commits; judged again it is the same."""

    async def again() -> PostOrder:
        return command

    return await lanes.submit(command, again)


@pytest.mark.parametrize("misses", [0, 1, MISSES_BEFORE_WAITING, MISSES_BEFORE_WAITING + 1, MOST_TRIES - 1])
async def test_it_is_judged_again_as_long_as_it_misses(misses: int) -> None:
    lanes = Lanes(misses)
    await commit(FactLanes(lanes), sale("s-1"))
    assert len(lanes.given) == misses + 1


async def test_it_is_told_after_twenty_misses() -> None:
    lanes = Lanes(MOST_TRIES)
    with pytest.raises(Refusal, match="STALE_FACTS") as refused:
        await commit(FactLanes(lanes), sale("s-1"))
    assert refused.value.transient
    assert len(lanes.given) == MOST_TRIES


async def test_an_outcome_found_while_judging_again_is_the_answer() -> None:
    found = Outcome(POSTED, replayed=True)

    async def again() -> PostOrder | Outcome:
        return found

    assert await FactLanes(Lanes(1)).submit(sale("s-1"), again) is found


async def test_after_the_third_miss_the_members_later_commands_wait() -> None:
    lanes = Lanes(10)
    by_facts = FactLanes(lanes)
    unlucky = asyncio.create_task(commit(by_facts, sale("s-1")))
    await lanes.missed.wait()
    later = asyncio.create_task(commit(by_facts, sale("s-2", NOTHING_READ)))
    other = judged(PureLedger(), "ben", "s-3", ONE, NOTHING_READ)
    await commit(by_facts, other)
    await asyncio.gather(unlucky, later)
    assert [one.order.document.ref.document_id for one in lanes.done if isinstance(one, PostOrder)] == [
        "s-3",
        "s-1",
        "s-2",
    ]


async def test_nobody_waits_for_a_member_who_is_done() -> None:
    by_facts = FactLanes(Lanes(MISSES_BEFORE_WAITING + 1))
    await commit(by_facts, sale("s-1"))
    assert by_facts.waited_for == 0


# --- the sales of one call


async def test_who_comes_behind_one_that_may_be_judged_again_waits_for_it() -> None:
    in_turn, done, gate = InTurn(), list[str](), asyncio.Event()
    ana, ben = MemberKey("prg", "ana"), MemberKey("prg", "ben")

    async def post(who: MemberKey, name: str, waits: bool, slow: bool = False) -> None:
        async with in_turn.of(who, waits):
            if slow:
                await gate.wait()
            done.append(name)

    tasks = [
        asyncio.create_task(one)
        for one in (
            post(ana, "plain", waits=False),
            post(ana, "first", waits=True, slow=True),
            post(ana, "second", waits=False),
            post(ana, "third", waits=True),
            post(ana, "fourth", waits=False),
            post(ben, "other", waits=True),
        )
    ]
    await asyncio.sleep(0.01)
    assert done == ["plain", "other"]
    gate.set()
    await asyncio.gather(*tasks)
    assert done == ["plain", "other", "first", "second", "third", "fourth"]
