"""Several ledger processes with a till at each, one member's points to fight for, and a Valkey to ill-treat."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import redis.asyncio
from loyalty.ledger.v1 import lane_service_pb2 as lanes
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1.lane_service_pb2_grpc import LaneServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.transport import Peer
from chassis.values.ids import bucket_of, partition_of
from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.support.mesh import ALL_ROLES, Till, line

T = TypeVar("T")

LEDGERS = ("ledger", "ledger-2", "ledger-3")
PARTITIONS = 4
PATIENCE_SECONDS = 30.0

_LANES = lanes.DESCRIPTOR.services_by_name["LaneService"]


@dataclass
class Shoppers:
    """One program, a till at each ledger process, and how many points are left where."""

    stack: LocalStack
    tills: Sequence[Till]
    cards: int = field(default=0)

    @property
    def program(self) -> str:
        return self.tills[0].program

    async def member_with(self, points: int, fits: Callable[[str], bool] = lambda member: True) -> str:
        """A new member whose id fits, with so many points of one sale."""
        while True:
            self.cards += 1
            member = await self.tills[0].enroll(f"CARD-{self.cards}")
            if fits(member):
                break
        lines = [line(1, "NORTH", 100 * points)]
        await self.tills[0].sell(member, f"first-{member}", "north-1", lines)
        return member

    async def spend(self, member: str, points: int, till: int, request_id: str) -> ledger.RedeemPointsResponse | str:
        """Redeems at one of the tills, again as long as the answer is "not now"; the answer, or why not."""
        at = self.tills[till % len(self.tills)]
        try:
            return await patiently(lambda: at.redeem(member, points, "linden-1", "LINDEN", request_id))
        except Refusal as refusal:
            return refusal.reason

    async def balance(self, member: str) -> int:
        return (await patiently(lambda: self.tills[0].wallet(member))).wallet.balance

    async def broken(self) -> list[str]:
        """Findings of the ledger's checkers."""
        request = ledger.VerifyIntegrityRequest(program_id=self.program)
        return [
            finding
            async for one in self.tills[0].mesh.ledger.VerifyIntegrity(request)
            for finding in one.check.findings
        ]


async def spread(shoppers: Shoppers, member: str, points: int, calls: int) -> list[str]:
    """So many redemptions at once over all ledgers; what each came to ("done", or a reason), in order."""
    heard = await asyncio.gather(*(shoppers.spend(member, points, n, f"{member}-{points}-{n}") for n in range(calls)))
    return [one if isinstance(one, str) else "done" for one in heard]


@asynccontextmanager
async def shoppers_in(stack: LocalStack, program: str, ledgers: Sequence[str] = LEDGERS) -> AsyncIterator[Shoppers]:
    """A new program of the worked basket's files that every ledger knows."""
    async with AsyncExitStack() as opened:
        tills = []
        for process in ledgers:
            token = stack.token("till", programs=[program], roles=ALL_ROLES)
            mesh = await opened.enter_async_context(open_mesh(ledger_at(stack, process), token))
            tills.append(Till(mesh, program))
        await tills[0].apply(PROGRAMS / "worked-basket", "worked-basket")
        shoppers = Shoppers(stack, tills)
        member = await tills[0].enroll("CARD-0")
        for till in tills:
            await patiently(partial(till.wallet, member), also="PROGRAM_NOT_FOUND")
        yield shoppers


def ledger_at(stack: LocalStack, process: str) -> Callable[[str], Peer]:
    """The services of the mesh with that ledger."""
    return lambda service: stack.peer(process if service == "ledger" else service)


async def patiently(call: Callable[[], Awaitable[T]], *, also: str = "") -> T:
    """The answer to a call, made again as long as it is refused for the moment, or for the reason `also`."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                return await call()
            except Refusal as refusal:
                if refusal.reason != also and not refusal.transient:
                    raise
                await asyncio.sleep(0.05)


# --- lanes


async def lanes_of(stack: LocalStack, process: str = "ledger") -> dict[int, str]:
    """The address of each lane's owner, as one process answers; empty where nobody owns it."""
    token = stack.token("office", programs=["*"], roles=["HEADQUARTERS_ADMIN"])
    async with connect(stack.peer(process), _LANES, lambda: token) as channel:
        stub = LaneServiceStub(channel)
        answer = await patiently(lambda: stub.ListLanes(lanes.ListLanesRequest()))
        return {lane.partition: lane.owner.address for lane in answer.lanes}


async def move_lane(stack: LocalStack, partition: int, to: str) -> None:
    """Has a lane moved to a process, asking that process."""
    token = stack.token("office", programs=["*"], roles=["HEADQUARTERS_ADMIN"])
    async with connect(stack.peer(to), _LANES, lambda: token) as channel:
        stub = LaneServiceStub(channel)
        name = (await stub.ListLanes(lanes.ListLanesRequest())).answered_by
        await stub.MoveLane(lanes.MoveLaneRequest(partition=partition, to_process=name))


async def until_shared(stack: LocalStack, processes: Sequence[str] = LEDGERS) -> None:
    """Waits until each process owns a lane, and nobody else does."""
    wanted = {stack.address(process) for process in processes}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if set((await lanes_of(stack, processes[0])).values()) == wanted:
                return
            await asyncio.sleep(0.05)


async def in_lane_of(stack: LocalStack, program: str, process: str) -> Callable[[str], bool]:
    """Says whether a member's lane is owned by that process."""
    owners, address = await lanes_of(stack), stack.address(process)
    return lambda member: owners[partition_of(bucket_of(program, member), PARTITIONS)] == address


# --- Valkey


async def _healthy(_stack: LocalStack) -> None:
    """Nothing happens to it."""


async def _emptied(stack: LocalStack) -> None:
    """It forgets everything, again and again."""
    async with redis.asyncio.Redis.from_url(stack.valkey.url) as client:
        for _ in range(20):
            await client.flushall()
            await asyncio.sleep(0.01)


async def _paused(stack: LocalStack) -> None:
    """It keeps its connections and answers nothing for a while."""
    pid = stack.process("valkey").pid
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(0.5)
    os.kill(pid, signal.SIGCONT)


async def _failed_over(stack: LocalStack) -> None:
    """It is replaced by one that was promoted before anything reached it."""
    stack.kill("valkey")
    for written in (stack.settings.data_dir / "valkey").glob("*append*"):
        shutil.rmtree(written) if written.is_dir() else written.unlink()
    await stack.start("valkey")


async def _absent(stack: LocalStack) -> None:
    """It is away, and comes back when all is over."""
    stack.kill("valkey")


ILL_TREATMENT: dict[str, Callable[[LocalStack], Awaitable[None]]] = {
    "healthy": _healthy,
    "emptied": _emptied,
    "paused": _paused,
    "failed over": _failed_over,
    "absent": _absent,
}
