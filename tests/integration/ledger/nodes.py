"""Several ledgers in one test process: each with lanes, pool and gRPC server of its own, over one database. They reach
each other as separate processes do; only identity, rules and the calls of tills are left out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from pydantic import SecretStr

from chassis.runtime.application import Application
from chassis.runtime.clock import SystemClock
from chassis.runtime.lease import open_leases
from chassis.runtime.postgres import open_database
from chassis.runtime.reasons import unavailable
from chassis.runtime.server import Server
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from chassis.runtime.workers import Workers
from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.ports import free_ports
from deploy.local.secrets import AUDIENCE, ISSUER
from deploy.local.stack import LocalStack
from ledger_service.app.lanes import lane_service, lane_workers
from ledger_service.domain.commands import Command
from ledger_service.lanes.guard import MemberGuard
from ledger_service.lanes.lane import Lane
from ledger_service.lanes.process_lanes import ProcessLanes
from ledger_service.lanes.signal import AppendSignal
from ledger_service.peers.lanes import CALL_SECONDS, LanePeers
from ledger_service.store.batch import PostgresBatches
from ledger_service.store.command_codec import CommandCodec
from ledger_service.store.outcomes import PostgresOutcomes
from ledger_service.store.ownership import PostgresOwnership
from ledger_service.use_cases.commit_ports import BatchStore
from ledger_service.use_cases.lane_ports import LedgerProcess
from ledger_service.use_cases.ports import Outcome
from ledger_service.wire.lanes import LaneWire
from tests.integration.ledger.house import Heard

WIRE = LaneWire(CommandCodec())


class Peers(LanePeers):
    """The real ones, with a count of calls and answers that can be lost."""

    calls = 0
    lost = 0

    async def submit(self, process: LedgerProcess, commands: Sequence[Command]) -> Sequence[Outcome | Refusal]:
        self.calls += 1
        outcomes = await super().submit(process, commands)
        if self.lost:
            self.lost -= 1
            raise unavailable("a ledger process")
        return outcomes


@dataclass
class Node:
    """A ledger process. `crash` ends it without a word; leaving the block drains it."""

    lanes: ProcessLanes
    peers: Peers
    server: Server
    workers: Workers
    silent: bool = False

    @property
    def name(self) -> str:
        return self.lanes.keeper.process.name

    @property
    def owned(self) -> list[int]:
        """The partitions whose lanes it owns."""
        return [lane.partition for lane in self.lanes.keeper.own]

    async def say(self, *commands: Command) -> list[Heard]:
        """All commands at once, in order; what each heard back."""
        return list(await asyncio.gather(*map(self.lanes.router.submit, commands), return_exceptions=True))

    async def done(self, *commands: Command) -> list[Outcome]:
        """All commands at once; each must be applied."""
        heard = await self.say(*commands)
        assert [one for one in heard if not isinstance(one, Outcome)] == []
        return [one for one in heard if isinstance(one, Outcome)]

    async def crash(self) -> None:
        """It answers nobody and renews nothing any more."""
        self.silent = True
        await self.server.stop(0)
        await self.workers.stop(0)

    async def drain(self) -> None:
        """What SIGTERM does."""
        self.silent = True
        await self.server.leave()
        await self.lanes.moves.leave()
        await self.server.stop(1)
        await self.workers.stop(1)
        await self.lanes.keeper.give_up()


@dataclass
class Nodes:
    """Starts nodes over one database."""

    servers: LocalStack
    database: Database
    redis_url: str
    stack: AsyncExitStack
    started: list[Node] = field(default_factory=list)

    async def start(
        self, store: Callable[[BatchStore], BatchStore] = lambda store: store, call_seconds: float = CALL_SECONDS
    ) -> Node:
        """One more, once every lane has an owner that answers. `store` may wrap that part."""
        name = f"node-{len(self.started) + 1}"
        node = await self.stack.enter_async_context(_node(self, name, store, call_seconds))
        self.started.append(node)
        return node

    def token(self, *roles: str) -> str:
        """A token of these roles."""
        return self.servers.token("ledger-service", programs=["*"], roles=roles)

    async def until(self, true: Callable[[], bool], seconds: float = 6.0) -> float:
        """Waits until something is so; how long it took."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not true():
            if loop.time() - began > seconds:
                raise TimeoutError({node.name: node.owned for node in self.started})
            await asyncio.sleep(0.01)
        return loop.time() - began

    async def until_shared(self, *shares: int) -> float:
        """Waits until the nodes that live own so many lanes each, in any order."""
        return await self.until(
            lambda: sorted(len(node.owned) for node in self.started if not node.silent) == sorted(shares)
        )


@asynccontextmanager
async def nodes_over(servers: LocalStack, database: Database, redis_url: str) -> AsyncIterator[Nodes]:
    """Nodes for the block; those that still run at its end are drained, the last first."""
    async with AsyncExitStack() as stack:
        yield Nodes(servers, database, redis_url, stack)


@asynccontextmanager
async def _node(
    nodes: Nodes, name: str, store: Callable[[BatchStore], BatchStore], call_seconds: float
) -> AsyncIterator[Node]:
    [port] = free_ports(1)
    verifier = TokenVerifier(nodes.servers.secrets.jwks_file, ISSUER, AUDIENCE)
    token = nodes.token("SERVICE")
    peers, signal, clock = Peers(PLAIN, lambda: token, WIRE, call_seconds), AppendSignal(), SystemClock()
    async with (
        open_database(SecretStr(nodes.database.url), application_name=name, pool_size=6) as database,
        open_leases(SecretStr(nodes.redis_url)) as leases,
    ):
        batches, ownership, outcomes = (
            store(PostgresBatches(database)),
            PostgresOwnership(database),
            PostgresOutcomes(database),
        )
        guard = MemberGuard(leases, name)

        def lane(partition: int) -> Lane:
            return Lane(partition, batches, ownership, outcomes, guard, clock, signal)

        process = LedgerProcess(name, f"127.0.0.1:{port}")
        lanes = ProcessLanes.of(process, await ownership.partitions(), lane, ownership, peers)
        await lanes.keeper.take_all(peers.answers)
        application = Application(services=[lane_service(lanes, peers, WIRE)], workers=[*lane_workers(lanes)])
        server = Server(application, verifier)
        await server.start(process.address, PLAIN)
        node = Node(lanes, peers, server, Workers(application.workers))
        try:
            yield node
        finally:
            if not node.silent:
                await node.drain()
            await peers.close()
