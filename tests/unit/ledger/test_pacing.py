"""A call's spend is counted once, however often what it was made on changes under it."""

from typing import Any, cast

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.again import TRIES, again
from ledger_service.use_cases.pace import Spend

ASKED = Asked("p", "till", "r", ["redeem"])


class Counted:
    """See `use_cases.pace.Pace`: refuses the first so many."""

    def __init__(self, refused: int = 0) -> None:
        self.spends: list[Spend] = []
        self.refused = refused

    async def spend(self, spend: Spend) -> None:
        if self.refused:
            self.refused -= 1
            raise refusals.overtaken()
        self.spends.append(spend)


def admission(pace: Counted) -> Admission:
    unused = cast("Any", None)
    return Admission(unused, unused, unused, unused, str, pace)


async def test_a_call_that_was_overtaken_again_and_again_is_one_spend() -> None:
    pace = Counted()
    paced, tries = admission(pace).pacing(ASKED), 0

    async def spend() -> None:
        nonlocal tries
        tries += 1
        await paced("mem_a", "shop", "ann")
        raise refusals.overtaken()

    with pytest.raises(Refusal, match="OVERTAKEN"):
        await again(spend)
    assert tries == TRIES
    assert pace.spends == [Spend("p", "till", "shop", "ann", "mem_a")]


async def test_what_was_refused_was_not_counted() -> None:
    pace = Counted(refused=1)
    paced = admission(pace).pacing(ASKED)
    await again(lambda: paced("mem_a"))
    assert pace.spends == [Spend("p", "till", "", "", "mem_a")]
