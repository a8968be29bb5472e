"""Integers that refuse to overflow."""

import pytest

from chassis.values.integers import INT64_MAX, INT64_MIN, checked
from chassis.values.refusal import Code, Refusal


@pytest.mark.parametrize("value", [INT64_MIN, -1, 0, INT64_MAX])
def test_what_fits_64_bits_passes(value: int) -> None:
    assert checked(value) == value


@pytest.mark.parametrize("value", [INT64_MIN - 1, INT64_MAX + 1])
def test_what_does_not_fit_is_refused_by_name(value: int) -> None:
    with pytest.raises(Refusal) as refused:
        checked(value, "redemption value")
    assert (refused.value.code, refused.value.reason) == (Code.OUT_OF_RANGE, "AMOUNT_OUT_OF_RANGE")
    assert refused.value.metadata == {"what": "redemption value"}
