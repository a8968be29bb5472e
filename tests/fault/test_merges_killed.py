"""Identity and the ledger are killed while members are merged, parted and spent from."""

import asyncio
from random import Random

import pytest
from loyalty.identity.v1 import merge_service_pb2 as merges
from loyalty.identity.v1.merge_service_pb2_grpc import MergeServiceStub

from chassis.runtime.channel import connect
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.fault.merging import Storm
from tests.support.mesh import open_till

MEMBERS, WORKERS = 6, 16
VICTIMS = ("identity", "ledger", "ledger")
_MERGES = merges.DESCRIPTOR.services_by_name["MergeService"]


@pytest.mark.fault
@pytest.mark.timeout(120)
async def test_what_is_merged_and_spent_while_processes_die_is_there_once(
    victim: LocalStack, random: Random, counted: list[str]
) -> None:
    program = f"merged-{random.randrange(10**6)}"
    token = victim.token("desk", programs=[program], roles=["HEADQUARTERS_ADMIN", "SERVICE"])
    async with (
        open_till(victim, program) as till,
        connect(victim.peer("identity"), _MERGES, lambda: token) as channel,
    ):
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        storm = Storm(till, MergeServiceStub(channel), random)
        await storm.begin(MEMBERS)
        raging = asyncio.create_task(storm.rage(WORKERS))
        for name in random.sample(VICTIMS, len(VICTIMS)):
            await asyncio.sleep(random.uniform(0.3, 1.2))
            victim.kill(name)
            await asyncio.sleep(random.uniform(0, 0.4))
            await victim.start(name)
        storm.stopped = True
        await raging
        await storm.settle()
        assert await storm.proven() == []
    counted.append(f"merges: {storm.changes} changes, {len(storm.acked)} acknowledged, refused {dict(storm.refused)}")
