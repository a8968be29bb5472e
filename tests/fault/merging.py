"""Members merged and parted without end while tills sell to, spend from and give back to all of them, with a count of
its own of what each home's sales gave."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from google.protobuf.message import Message
from loyalty.identity.v1 import merge_service_pb2 as merges
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2
from loyalty.ledger.v1 import redemption_requests_pb2 as messages
from loyalty.type.v1 import order_pb2 as sales

from chassis.values.refusal import Refusal
from tests.support.mesh import Till, line, member, moment

PATIENCE_SECONDS = 60.0
REMEMBERED_SECONDS = 1.1
"""The ledger may show a wallet by what identity said a second ago."""
PIECES = 3
_FOUND_LATER = ("PROGRAM_NOT_FOUND",)


class Acked(NamedTuple):
    """A call that was answered: how it is made, its request, and the answer, or the reason of the refusal."""

    call: Callable[[Any], Awaitable[Message]]
    request: Any
    answer: Any


@dataclass
class Storm:
    """Some members of one program and everybody who does something to them.

    `own` counts what each home's sales gave less what its returns took; `_sold`, `_spent` and `_held` are what can be
    given back, restored and captured. Requests go out again until they are answered.
    """

    till: Till
    desk: Any
    random: Random
    members: list[str] = field(default_factory=list)
    own: Counter[str] = field(default_factory=Counter)
    acked: list[Acked] = field(default_factory=list)
    changes: int = 0
    stopped: bool = False
    refused: Counter[str] = field(default_factory=Counter)
    _sold: list[tuple[str, str]] = field(default_factory=list)
    _spent: list[str] = field(default_factory=list)
    _held: list[str] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def begin(self, members: int) -> None:
        """Enrolls them, each with a sale."""
        self.members = [await self.till.enroll(f"STORM-{number}") for number in range(members)]
        for one in self.members:
            await self._sell(one)

    async def rage(self, workers: int) -> None:
        """Does one thing after the other, `workers` of them at once, until it is stopped."""

        async def work() -> None:
            while not self.stopped:
                await self._one()

        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(work())

    async def settle(self) -> None:
        """Frees what is held, restores what was spent, and parts all whom somebody merged."""
        await asyncio.gather(*map(self._void, self._held))
        await asyncio.gather(*(self._restore(spent, 0) for spent in self._spent))
        for one in self.members:
            await self._unmerge(one)
        await asyncio.sleep(REMEMBERED_SECONDS)

    async def proven(self) -> list[str]:
        """What is wrong at the end: each home has its own, each answer is given again, each change was told once."""
        found: list[str] = []
        for one in self.members:
            wallet = (await self._patiently(self.till.wallet, one)).wallet
            if (wallet.root_member_id, wallet.balance, wallet.held) != (one, self.own[one], 0):
                found.append(f"{one}: own {self.own[one]}, wallet {wallet}")
        asked = asyncio.Semaphore(32)

        async def again(acked: Acked) -> None:
            async with asked:
                answer = await self._answer(acked.call, acked.request)
            if answer != acked.answer:
                found.append(f"{acked.request}: {acked.answer}, now {answer}")

        # A refusal of identity is not kept: sent again, it may be carried out.
        await asyncio.gather(*(again(acked) for acked in self.acked if not isinstance(acked.answer, str)))
        told = merges.StreamLinksRequest(program_ids=[self.till.program], stop_at_head=True)
        places = [one.change.position async for one in self.desk.StreamLinks(told) if one.HasField("change")]
        if places != list(range(1, self.changes + 1)):
            found.append(f"{self.changes} changes were acknowledged, told are {places}")
        broken: list[str] = await self._patiently(lambda _: self.till.broken(), None)
        return found + broken

    async def _one(self) -> None:
        random, one = self.random, self.random.choice(self.members)
        match random.choice("ssppphcvrrbmmmmuuu"):
            case "s":
                await self._sell(one)
            case "p":
                await self._spend(one, random.randint(1, 150))
            case "h":
                await self._hold(one, random.randint(1, 100))
            case "c" if self._held:
                await self._capture(random.choice(self._held))
            case "v" if self._held:
                await self._void(random.choice(self._held))
            case "r" if self._spent:
                await self._restore(random.choice(self._spent), random.choice((0, 1, 7)))
            case "b" if self._sold:
                await self._give_back(self._sold.pop(random.randrange(len(self._sold))))
            case "m":
                await self._merge_both_ways(one, random.choice(self.members))
            case "u":
                await self._unmerge(one)

    async def _sell(self, buyer: str) -> None:
        number = f"storm-{next(self._numbers)}"
        order = self.till.order(number, "north-1", [line(1, "NORTH", 10_000, quantity=PIECES)])
        request = ledger.PostOrderRequest(member=member(buyer), order=order)
        answer = await self._acknowledged(self.till.mesh.ledger.PostOrder, request)
        self.own[buyer] += answer.earned_points
        self._sold.append((buyer, number))

    async def _give_back(self, sold: tuple[str, str]) -> None:
        buyer, sale = sold
        of = order_pb2.SaleLineRef(order=sales.OrderRef(source="till-1", document_id=sale), line_number=1)
        share = order_pb2.ReturnedShare(sale_line=of, quantity=self.random.randint(1, PIECES))
        document = order_pb2.Return(
            source="till-1",
            document_id=f"back-{sale}",
            location_id="north-1",
            occur_time=moment(self.till.now),
            lines=[order_pb2.ReturnLine(line_number=1, sale_lines=[share])],
        )
        request = ledger.PostReturnRequest(return_document=document)
        answer = await self._acknowledged(self.till.mesh.ledger.PostReturn, request)
        self.own[buyer] -= sum(one.reversed for one in answer.reversed)

    async def _spend(self, buyer: str, points: int) -> None:
        request = ledger.RedeemPointsRequest(member=member(buyer), points=points, occur_time=moment(self.till.now))
        answer = await self._acknowledged(self.till.mesh.ledger.RedeemPoints, _at_linden(request))
        if not isinstance(answer, str):
            self._spent.append(answer.redemption.redemption_id)

    async def _hold(self, buyer: str, points: int) -> None:
        request = messages.AuthorizeRedemptionRequest(
            member=member(buyer), points=points, occur_time=moment(self.till.now), hold_seconds=600
        )
        answer = await self._acknowledged(self.till.mesh.ledger.AuthorizeRedemption, _at_linden(request))
        if not isinstance(answer, str):
            self._held.append(answer.authorization.authorization_id)

    async def _capture(self, held: str) -> None:
        request = messages.CaptureRedemptionRequest(authorization_id=held, occur_time=moment(self.till.now))
        answer = await self._acknowledged(self.till.mesh.ledger.CaptureRedemption, request)
        if not isinstance(answer, str):
            self._spent.append(answer.redemption.redemption_id)

    async def _void(self, held: str) -> None:
        request = messages.VoidRedemptionRequest(authorization_id=held, occur_time=moment(self.till.now))
        await self._acknowledged(self.till.mesh.ledger.VoidRedemption, request)

    async def _restore(self, spent: str, points: int) -> None:
        request = messages.RestoreRedemptionRequest(
            redemption_id=spent, points=points, occur_time=moment(self.till.now)
        )
        await self._acknowledged(self.till.mesh.ledger.RestoreRedemption, request)

    async def _merge_both_ways(self, one: str, other: str) -> None:
        pairs = [(one, other), (other, one)][: self.random.choice((1, 2))]
        await asyncio.gather(*(self._merge(survivor, absorbed) for survivor, absorbed in pairs))

    async def _merge(self, survivor: str, absorbed: str) -> None:
        request = merges.MergeMembersRequest(
            survivor=member(survivor), absorbed=member(absorbed), reason="one shopper", decided_by="desk"
        )
        answer = await self._acknowledged(self.desk.MergeMembers, request)
        self.changes += not isinstance(answer, str)

    async def _unmerge(self, one: str) -> None:
        request = merges.UnmergeMemberRequest(absorbed_member_id=one, reason="two shoppers", decided_by="desk")
        answer = await self._acknowledged(self.desk.UnmergeMember, request)
        self.changes += not isinstance(answer, str)

    async def _acknowledged(self, call: Callable[[Any], Awaitable[Message]], request: Any) -> Any:
        request.program_id, request.request_id = self.till.program, f"storm-{next(self._numbers)}"
        answer = await self._answer(call, request)
        self.acked.append(Acked(call, request, answer))
        if isinstance(answer, str):
            self.refused[answer] += 1
        elif hasattr(answer, "position"):
            place = answer.position
            self.till.reached[place.partition] = max(place.position, self.till.reached.get(place.partition, 0))
        return answer

    async def _answer(self, call: Callable[[Any], Awaitable[Message]], request: Any) -> Any:
        try:
            return await self._patiently(call, request)
        except Refusal as refusal:
            return refusal.reason

    async def _patiently(self, call: Callable[[Any], Awaitable[Any]], request: Any) -> Any:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await call(request)
            except Refusal as refusal:
                lasting = not refusal.transient and refusal.reason not in _FOUND_LATER
                if lasting or time.monotonic() > give_up:
                    raise
                await asyncio.sleep(0.05)


def _at_linden(request: Any) -> Any:
    request.location_id, request.brand_id, request.currency_code = "linden-1", "LINDEN", "USD"
    return request
