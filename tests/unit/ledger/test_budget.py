"""Budgets as accounts of lanes: what is drawn, what is recalled, and that the limit is never passed."""

from random import Random

import pytest

from ledger_service.domain.budget import Allotment, Budget
from ledger_service.domain.limits import Most, Use

LANES = 4


def points(number: int) -> Use:
    return Use(number, 0)


def test_a_lane_draws_a_part_of_its_share_of_what_is_left() -> None:
    budget = Budget()

    assert budget.draw(0, points(1), Most(1_600), LANES)

    assert budget.lane(0).allotted == points(100)


def test_what_is_drawn_shrinks_near_the_end() -> None:
    budget, drawn = Budget(), []
    for _ in range(5):
        need = budget.lane(0).free.points + 1
        assert budget.draw(0, points(need), Most(160), LANES)
        drawn.append(budget.lane(0).allotted.points)

    assert drawn == [10, 19, 27, 35, 42]


def test_a_lane_draws_what_it_needs_if_that_is_more() -> None:
    budget = Budget()

    assert budget.draw(0, points(90), Most(100), LANES)

    assert budget.lane(0).allotted == points(90)


def test_what_the_pot_does_not_hold_is_not_drawn() -> None:
    budget = Budget(lanes={1: Allotment(points(60), points(10))})

    assert not budget.draw(0, points(50), Most(100), LANES)
    assert budget.lane(0) == Allotment()


def test_recalling_takes_what_others_have_not_used() -> None:
    budget = Budget(lanes={1: Allotment(points(60), points(10))})

    budget.recall(0, points(50), Most(100), LANES)

    assert budget.lane(0) == Allotment(points(50), points(0))
    assert budget.lane(1) == Allotment(points(10), points(10))


def test_recalling_gives_what_there_is() -> None:
    budget = Budget(lanes={1: Allotment(points(60), points(60)), 0: Allotment(points(0), points(-5))})

    budget.recall(0, points(90), Most(100), LANES)

    assert budget.lane(0).free == points(45)


def test_money_and_points_are_drawn_each_by_itself() -> None:
    budget = Budget()

    assert budget.draw(0, Use(16, 40), Most(None, 320), LANES)

    assert budget.lane(0).allotted == Use(0, 40)
    assert budget.share(0, Most(None, 320), judged=False).left == Most(None, 40)


def test_what_a_correction_used_beyond_its_allotment_is_not_drawn_again() -> None:
    budget = Budget(lanes={1: Allotment(points(50), points(70))})

    assert not budget.draw(0, points(40), Most(100), LANES)
    budget.recall(0, points(40), Most(100), LANES)

    assert budget.lane(0).free == points(30)


@pytest.mark.parametrize("seed", range(50))
def test_whatever_lanes_draw_use_and_free_the_limit_is_kept(seed: int) -> None:
    random, budget, most = Random(seed), Budget(), Most(500, 300)
    for _ in range(200):
        lane, need = random.randrange(LANES), Use(random.randrange(60), random.randrange(40))
        if not budget.draw(lane, need, most, LANES):
            budget.recall(lane, need, most, LANES)
        mine = budget.lane(lane)
        used = Use(*(random.randint(0, max(0, min(free, part))) for free, part in zip(mine.free, need, strict=True)))
        back = Use(*(random.randrange(10) for _ in need))
        budget.lanes[lane] = Allotment(mine.allotted, mine.used.plus(used).less(back))

        assert most.holds(budget.used)
        assert budget.pot(most).holds(Use())
