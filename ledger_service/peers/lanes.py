"""The other ledger processes: commands go to the owner of their lane in batches, over a channel a process."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from loyalty.ledger.v1 import lane_service_pb2 as messages
from loyalty.ledger.v1.lane_service_pb2_grpc import LaneServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.tokens import TokenProvider
from chassis.runtime.transport import Transport
from chassis.values.refusal import Refusal
from ledger_service.domain.commands import Command
from ledger_service.use_cases.lane_ports import LaneView, LedgerProcess
from ledger_service.use_cases.ports import Outcome
from ledger_service.wire.lanes import LaneWire, lane_view

if TYPE_CHECKING:
    # The typed asynchronous stubs exist for type checkers only.
    from loyalty.ledger.v1.lane_service_pb2_grpc import LaneServiceAsyncStub

CALL_SECONDS = 5.0
"""Longer than a lane's owner is away when it is killed, and than the longest wait for a member's lease."""
PROBE_SECONDS = 0.5
LARGEST_REQUEST_BYTES = 3 * 1024 * 1024
"""A command that is larger by itself goes out alone."""
CHANNELS = 256
"""One for each process, not for each address: a process that comes again does not wait for the back-off of its
predecessor's channel. Those not called for longest are closed."""

_LANES = messages.DESCRIPTOR.services_by_name["LaneService"]


class LanePeers:
    """See `use_cases.lane_ports.Neighbours`."""

    def __init__(
        self, transport: Transport, token: TokenProvider, wire: LaneWire, call_seconds: float = CALL_SECONDS
    ) -> None:
        self._transport = transport
        self._token = token
        self._wire = wire
        self._call_seconds = call_seconds
        self._channels: OrderedDict[LedgerProcess, tuple[AsyncExitStack, LaneServiceAsyncStub]] = OrderedDict()

    async def submit(self, process: LedgerProcess, commands: Sequence[Command]) -> Sequence[Outcome | Refusal]:
        """Sends commands of one lane to its owner, in order; what each heard.

        Raises the Refusal of a call that was not answered: what became of its commands is not known then.
        """
        stub = await self._stub(process)
        outcomes: list[Outcome | Refusal] = []
        for portion in _portions([self._wire.command_message(command) for command in commands]):
            response = await stub.SubmitCommands(messages.SubmitCommandsRequest(commands=portion))
            outcomes += map(self._wire.outcome, response.outcomes)
        return outcomes

    async def ask_for_lane(self, process: LedgerProcess, asker: str, held: int) -> int | None:
        """Asks for one of its lanes."""
        stub = await self._stub(process)
        response = await stub.YieldLane(messages.YieldLaneRequest(process=asker, lanes_held=held))
        return response.partition if response.HasField("partition") else None

    async def move_lane(self, process: LedgerProcess, partition: int, to: str) -> LaneView:
        """Has a lane's owner hand it over."""
        stub = await self._stub(process)
        request = messages.MoveLaneRequest(partition=partition, to_process=to, passed_on=True)
        return lane_view((await stub.MoveLane(request)).lane)

    async def answers(self, process: LedgerProcess) -> bool:
        """Whether the process is there, and not another one at its address."""
        stub = await self._stub(process)
        try:
            response = await stub.ListLanes(messages.ListLanesRequest(), timeout=PROBE_SECONDS)
        except Refusal:
            return False
        return bool(response.answered_by == process.name)

    async def close(self) -> None:
        """Closes all channels."""
        while self._channels:
            await self._close_oldest()

    async def _stub(self, process: LedgerProcess) -> "LaneServiceAsyncStub":
        known = self._channels.get(process)
        if known is None:
            stack = AsyncExitStack()
            channel = await stack.enter_async_context(
                connect(self._transport.peer(process.address), _LANES, self._token, timeout_seconds=self._call_seconds)
            )
            known = self._channels[process] = (stack, LaneServiceStub(channel))
        self._channels.move_to_end(process)
        while len(self._channels) > CHANNELS:
            await self._close_oldest()
        return known[1]

    async def _close_oldest(self) -> None:
        _, (stack, _) = self._channels.popitem(last=False)
        await stack.aclose()


@asynccontextmanager
async def open_lane_peers(transport: Transport, token: TokenProvider, wire: LaneWire) -> AsyncIterator[LanePeers]:
    """The other processes, for the block; connecting happens at the first call to each."""
    peers = LanePeers(transport, token, wire)
    try:
        yield peers
    finally:
        await peers.close()


def _portions(commands: Sequence[messages.PackedValue]) -> Iterator[Sequence[messages.PackedValue]]:
    """The commands in requests of bounded size, in order."""
    portion: list[messages.PackedValue] = []
    size = 0
    for command in commands:
        own = command.ByteSize()
        if portion and size + own > LARGEST_REQUEST_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(command)
        size += own
    if portion:
        yield portion
