"""Made histories count as they say."""

import pytest

from tests.bench.filling import Group


@pytest.mark.parametrize(("movements", "still_open", "accruals"), [(10, 2, 6), (100_000, 1_000, 50_500), (16, 4, 10)])
def test_what_is_open_has_one_movement_and_what_is_closed_two(movements: int, still_open: int, accruals: int) -> None:
    group = Group("some", 1, movements, still_open)
    assert group.accruals == accruals
    assert still_open + 2 * (accruals - still_open) == movements


def test_members_of_a_group_are_numbered() -> None:
    assert Group("some", 2, 10, 2).names == ["some-0", "some-1"]
