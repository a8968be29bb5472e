"""Members over an engine with the real database, merged and parted as identity does."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import Command, RestoreRedemption
from ledger_service.domain.policies import ReturnPolicy
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.ports import Outcome
from ledger_service.use_cases.reaching_lanes import ReachingLanes
from tests.integration.ledger.house import House, Shop
from tests.support.links import Links


class Family:
    """Tills of several members who may be one."""

    def __init__(self, house: House) -> None:
        self.house, self.shop, self.links = house, Shop(), Links()
        self.lanes = ReachingLanes(house.engine.keeper, self.links)

    async def say(self, command: Command) -> Outcome:
        """A command with its member as it leads now."""
        return await self.lanes.submit(replace(command, origin=self.links.origin(command.origin)))

    async def sale(self, member: str, document: str, *points: int, **more: Any) -> Outcome:
        return await self.say(self.shop.sale(member, document, *points, **more))

    async def spend(self, member: str, points: int) -> str:
        """The redemption's id."""
        command = self.shop.spend(member, points)
        await self.say(command)
        return command.redemption_id

    async def restore(self, member: str, redemption_id: str, points: int = 0) -> Outcome:
        origin = self.shop.pure.origin(member)
        return await self.again(lambda: RestoreRedemption(origin, redemption_id, points, "", ReturnPolicy(), b""))

    async def again(self, made: object) -> Outcome:
        return await self.say(made())  # type: ignore[operator]

    async def rows(self) -> dict[object, tuple[object, ...]]:
        """Balance, held and debt by home."""
        found = await self.house.rows("SELECT member, balance, held, debt FROM wallet ORDER BY member")
        return {row[0]: row[1:] for row in found}

    async def balances(self) -> dict[object, object]:
        return {home: row[0] for home, row in (await self.rows()).items()}

    async def view(self, member: str) -> WalletView:
        found = self.links.of(member)
        reader, now = self.house.engine.reader, self.house.clock.now()
        return await reader.wallet(MemberKey("prg", found.root), found.homes, now, replay_clock=False, soon_days=30)


async def reason_of(said: Awaitable[object]) -> str:
    """Why it is refused."""
    with pytest.raises(Refusal) as caught:
        await said
    return caught.value.reason
