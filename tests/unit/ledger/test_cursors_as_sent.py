"""Positions in requests: what no partition can be is said so, before any database is asked (found by fuzzing)."""

import pytest
from loyalty.type.v1 import log_position_pb2

from chassis.values.refusal import Refusal
from ledger_service.wire.requests import cursor_of


@pytest.mark.parametrize("partition", [-1, 32_768, 2**31 - 1, -(2**31)])
def test_a_number_that_no_partition_has_is_refused(partition: int) -> None:
    with pytest.raises(Refusal) as raised:
        cursor_of("up_to", [log_position_pb2.LogPosition(partition=partition, position=0)])
    assert raised.value.reason == "CURSOR_INVALID"


def test_positions_are_read_by_partition() -> None:
    places = [log_position_pb2.LogPosition(partition=partition, position=7) for partition in (0, 32_767)]
    assert cursor_of("up_to", places) == {0: 7, 32_767: 7}
