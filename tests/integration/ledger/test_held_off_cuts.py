"""A batch keeps periods from being cut until it ends, and is told where its lane stands; on both stores."""

from dataclasses import replace

import pytest

from ledger_service.use_cases.commit_ports import HeadMoved
from tests.integration.ledger.vehicles import Vehicle


async def test_a_batch_that_holds_cuts_off_goes_on_from_where_its_lane_stands(store: Vehicle) -> None:
    old = await store.head()
    async with store.batches.begin() as batch:
        assert await batch.undisturbed(replace(old, position=old.position + 7, hash=b"elsewhere")) == old


async def test_it_ends_if_the_lane_has_gone_to_another_owner(store: Vehicle) -> None:
    old = await store.head()
    with pytest.raises(HeadMoved):
        async with store.batches.begin() as batch:
            await batch.undisturbed(replace(old, epoch=old.epoch - 1))
