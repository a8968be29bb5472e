"""A call's spend is counted once, however often what it was made on changes under it; a try is the till's alone."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest

from chassis.runtime.reasons import unavailable
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.again import TRIES, again
from ledger_service.use_cases.pace import Pacing, Spend

ASKED = Asked("p", "till", "r", ["redeem"])
HERE = ("mem_a", "shop", "ann")
SPEND = Spend("p", "till", "shop", "ann", "mem_a")
Step = Callable[..., Awaitable[None]]


class Counted:
    """See `use_cases.pace.Pace`: refuses the first so many."""

    def __init__(self, refused: int = 0) -> None:
        self.said: list[tuple[str, Spend]] = []
        self.refused = refused

    async def take(self, spend: Spend, *, tried: bool) -> None:
        if self.refused:
            self.refused -= 1
            raise refusals.overtaken()
        self.said.append(("rest" if tried else "all", spend))

    async def try_out(self, spend: Spend) -> None:
        self.said.append(("till", spend))

    async def give_back(self, spend: Spend) -> None:
        self.said.append(("back", spend))


def admission(pace: Counted) -> Admission:
    unused = cast("Any", None)
    return Admission(unused, unused, unused, unused, str, pace)


async def left(paced: Pacing, refusal: Refusal, *steps: Step) -> None:
    """A call that takes some steps and is refused then."""

    async def call() -> None:
        async with paced:
            for step in steps:
                await step(paced, *HERE)
            raise refusal

    with pytest.raises(Refusal):
        await call()


async def test_a_call_that_was_overtaken_again_and_again_is_counted_once_and_was_no_spend() -> None:
    pace, tries = Counted(), 0

    async def overtaken(paced: Pacing) -> None:
        async def spend() -> None:
            nonlocal tries
            tries += 1
            await paced.tries(*HERE)
            await paced.spends(*HERE)
            raise refusals.overtaken()

        async with paced:
            await again(spend)

    with pytest.raises(Refusal, match="OVERTAKEN"):
        await overtaken(admission(pace).pacing(ASKED))
    assert tries == TRIES
    assert pace.said == [("till", SPEND), ("rest", SPEND), ("back", SPEND)]


async def test_what_was_refused_was_not_counted() -> None:
    pace = Counted(refused=1)
    async with admission(pace).pacing(ASKED) as paced:
        await again(lambda: paced.spends(*HERE))
    assert pace.said == [("all", SPEND)]


async def test_a_spend_that_may_have_been_made_stays_counted() -> None:
    pace = Counted()
    await left(admission(pace).pacing(ASKED), unavailable("database"), Pacing.spends)
    assert pace.said == [("all", SPEND)]


async def test_a_try_that_leads_nowhere_costs_the_till_alone() -> None:
    pace = Counted()
    await left(admission(pace).pacing(ASKED), refusals.overtaken(), Pacing.tries)
    assert pace.said == [("till", SPEND)]
