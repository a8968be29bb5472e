"""The rpcs of the ledger through the mesh: four service processes, the load in a fifth."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from deploy.local.services import SERVICES
from deploy.local.stack import LocalStack
from tests.bench.children import Child, child
from tests.bench.cpu import Meter, meter_of, spent
from tests.bench.laps import Lap
from tests.bench.plan import Plan
from tests.bench.rounds import Case
from tests.bench.till import ORDERS_A_BATCH, PROGRAM

IN_FLIGHT = (1, 32, 128)
BATCHES_IN_FLIGHT = (1, 4)
"""Of a hundred orders each: more of them would only wait longer."""


@dataclass(frozen=True, slots=True)
class Rpc:
    """An rpc as it is measured. `call` is its name at the till, `items` what one call posts."""

    title: str
    call: str
    in_flight: tuple[int, ...] = IN_FLIGHT
    items: int = 1
    writes: bool = True


RPCS = (
    Rpc("`GetWallet`", "GetWallet", writes=False),
    Rpc("`RedeemPoints`", "RedeemPoints"),
    Rpc("`PostOrder`, 1 line", "PostOrder 1"),
    Rpc("`PostOrder`, 10 lines", "PostOrder 10"),
    Rpc("`BatchPostOrders`, 100 orders of 10 lines", "BatchPostOrders 10", BATCHES_IN_FLIGHT, ORDERS_A_BATCH),
)


@dataclass
class MeshLoad:
    """The load generator, seen from the bench. Per case and lap: `lags`, the seconds the books took to catch up, and
    `spent`, microseconds of processor time a call by process, the books' share included."""

    till: Child
    plan: Plan
    meter: Meter
    lags: dict[str, list[float]] = field(default_factory=dict)
    spent: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    async def lap(self, call: str, in_flight: int, seconds: float, most_calls: int) -> Lap:
        """One lap at the till."""
        question = {"call": call, "in_flight": in_flight, "seconds": seconds, "most_calls": most_calls}
        return Lap(**await self.till.ask(question))

    async def books(self) -> float:
        """Seconds until the books hold everything that was posted."""
        begun = time.monotonic()
        await self.till.ask({})
        return time.monotonic() - begun

    def cases(self) -> list[Case]:
        """Every rpc with every number of calls in flight."""
        return [self._case(rpc, in_flight) for rpc in RPCS for in_flight in rpc.in_flight]

    def _case(self, rpc: Rpc, in_flight: int) -> Case:
        name = case_name(rpc, in_flight)

        async def lap(seconds: float) -> Lap:
            before = self.meter.seconds()
            measured = await self.lap(rpc.call, in_flight, seconds, self.plan.most_calls)
            if rpc.writes:
                # What the books still have to do must not slow the next case down.
                self.lags.setdefault(name, []).append(await self.books())
            self.spent.setdefault(name, []).append(spent(before, self.meter.seconds(), measured.calls))
            return measured

        return Case(name, lap)


def case_name(rpc: Rpc, in_flight: int) -> str:
    """The name of a case."""
    return f"mesh, {rpc.call}, {in_flight} in flight"


@asynccontextmanager
async def mesh_load(stack: LocalStack, plan: Plan) -> AsyncIterator[MeshLoad]:
    """A till with members that have points to spend, and books that know of it."""
    async with child("tests.bench.till") as till:
        addresses = {service: stack.address(service) for service in SERVICES}
        files = stack.secrets.certificates.till("bench")
        tls = [str(path) for path in (files.certificate, files.key, files.authority)]
        token = stack.token("till", programs=[PROGRAM], roles=("HEADQUARTERS_ADMIN", "POS", "FINANCE"))
        await till.ask({"addresses": addresses, "tls": tls, "token": token, "members": plan.members})
        load = MeshLoad(till, plan, meter_of(stack, till.pid))
        await load.books()
        yield load
