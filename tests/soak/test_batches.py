"""Many histories of the whole machine, cut into batches over as little of each wallet as may be at hand (I5)."""

from random import Random

import pytest

from tests.property.ledger.machine.histories import crowds, rows_are
from tests.property.ledger.test_partial_slices import SIZES, check_the_same

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1_800)]


@pytest.mark.parametrize("largest", SIZES)
def test_many_histories_are_decided_alike_in_any_batches(largest: int) -> None:
    for seed in range(100, 130):
        world = crowds(seed, 10, Random(seed).randint(10, 60))
        rows_are(check_the_same(world.done, largest), world)
