"""Five thousand people and their points, timed."""

import time

import pytest

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.importing import open_migration, points
from tests.support.mesh import open_till

PEOPLE = 5_000


@pytest.mark.soak
async def test_five_thousand_people_come_in_with_their_points(stack: LocalStack) -> None:
    async with open_till(stack, "soak-import") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        await till.enroll("SOAK0000")
        await till.known()
        async with open_migration(stack, till) as migration:
            began = time.perf_counter()
            await migration.bring("soak-m", "soak", {f"s{n}": f"SOAK{n:05}X" for n in range(PEOPLE)})
            members = time.perf_counter()
            lines = [points(n + 1, f"s{n}", 100 + n) for n in range(PEOPLE)]
            staged = await migration.stage("soak-b", "soak", lines, {"NORTH": (1, 10)})
            staging = time.perf_counter()
            done = await migration.commit("soak-b", staged.totals)
            ended = time.perf_counter()
        assert done.proven
        assert await till.broken() == []
    print(f"members {members - began:.1f} s, staging {staging - members:.1f} s, points {ended - staging:.1f} s")
    assert ended - began < 120
