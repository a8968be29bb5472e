import asyncio

from chassis.runtime.budget import remaining_budget, set_budget, within_budget


async def _in_a_task(seconds: float, asked: float) -> tuple[float | None, float]:
    async def inside() -> tuple[float | None, float]:
        set_budget(seconds)
        return remaining_budget(), within_budget(asked)

    return await asyncio.create_task(inside())


async def test_what_is_left_cuts_what_is_asked() -> None:
    left, granted = await _in_a_task(1.0, asked=10.0)
    assert left is not None
    assert 0.9 < granted <= left <= 1.0


async def test_less_than_what_is_left_is_granted_whole() -> None:
    assert (await _in_a_task(10.0, asked=1.0))[1] == 1.0


async def test_time_that_is_up_leaves_nothing() -> None:
    assert (await _in_a_task(-1.0, asked=1.0))[1] == 0.0


async def test_work_in_the_background_has_no_deadline() -> None:
    assert (remaining_budget(), within_budget(5.0)) == (None, 5.0)
