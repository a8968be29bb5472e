"""A lane that is held up between lease and row lock for longer than the lease: the wallet's fence refuses it."""

import asyncio
from collections.abc import Mapping

import pytest
from pydantic import SecretStr

from chassis.runtime.clock import ManualClock
from chassis.runtime.lease import Granted, Leases, open_leases
from ledger_service.domain.accrual import MemberKey
from ledger_service.lanes import guard
from ledger_service.lanes.guard import Guarded, MemberGuard
from tests.integration.ledger.house import House, Shop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases


class HeldUp(MemberGuard):
    """Waits once with leases in hand."""

    def __init__(self, leases: Leases, holder: str) -> None:
        super().__init__(leases, holder)
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def acquire(self, partition: int, floors: Mapping[MemberKey, int]) -> Guarded:
        guarded = await super().acquire(partition, floors)
        if guarded.fences:
            self.reached.set()
            await self.go_on.wait()
        return guarded


async def test_a_lease_that_ran_out_is_no_licence_and_the_command_is_done_once_under_a_new_fence(
    databases: Databases, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "LEASE_MS", 100)
    held_up: list[HeldUp] = []

    def around(real: MemberGuard) -> MemberGuard:
        held_up.append(HeldUp(real._leases, "held-up"))
        return held_up[0]

    clock, shop = ManualClock(NOON), Shop()
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, clock=clock, guard=around) as engine,
        open_leases(SecretStr(redis_url), budget_seconds=1) as others,
    ):
        house = House(engine, database, clock)
        await house.done(shop.sale("fenced", "f1", 10))
        spending = asyncio.create_task(house.done(shop.spend("fenced", 4)))
        await held_up[0].reached.wait()
        await asyncio.sleep(0.15)
        name = "lease:{p0}:prg:fenced"
        lease = (await others.acquire("p0", [name], "another process", 100))[name]
        assert isinstance(lease, Granted)
        await house.owner(f"UPDATE wallet SET fence = {lease.fence}")
        held_up[0].go_on.set()
        [outcome] = await spending
        assert not outcome.replayed
        [(balance, fence)] = await house.rows("SELECT balance, fence FROM wallet")
        assert balance == 6
        assert isinstance(fence, int)
        assert fence > lease.fence
        assert await house.broken() == []
