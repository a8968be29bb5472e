"""The rpcs between ledger processes, and those that move lanes: wire → use case → wire."""

from dataclasses import dataclass

from loyalty.ledger.v1 import lane_service_pb2 as messages
from loyalty.ledger.v1 import lane_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.runtime.fields import FieldReader
from chassis.runtime.logs import get_logger
from chassis.runtime.reasons import INTERNAL
from chassis.values.refusal import Refusal, refuse
from ledger_service.use_cases.move_lanes import ListLanes, MoveLane, YieldLane
from ledger_service.use_cases.ports import Outcome
from ledger_service.use_cases.receive_commands import ReceiveCommands
from ledger_service.wire import lanes as wire

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LaneServicer(stubs.LaneServiceServicer):
    """loyalty.ledger.v1.LaneService. `process` is the name of this process."""

    process: str
    partitions: int
    wire: wire.LaneWire
    receive_commands: ReceiveCommands
    yield_lane: YieldLane
    move_lane: MoveLane
    list_lanes: ListLanes

    async def SubmitCommands(
        self, request: messages.SubmitCommandsRequest, _context: Context
    ) -> messages.SubmitCommandsResponse:
        """Commits commands that came in elsewhere."""
        reader = FieldReader()
        reader.count("commands", len(request.commands), wire.LARGEST_BATCH)
        reader.finish()
        read = [self.wire.command(command) for command in request.commands]
        outcomes = iter(await self.receive_commands([one for one in read if not isinstance(one, Refusal)]))
        answers = [one if isinstance(one, Refusal) else _told(next(outcomes)) for one in read]
        return messages.SubmitCommandsResponse(outcomes=map(self.wire.outcome_message, answers))

    async def YieldLane(self, request: messages.YieldLaneRequest, _context: Context) -> messages.YieldLaneResponse:
        """A newcomer asks for a lane."""
        return messages.YieldLaneResponse(partition=await self.yield_lane(*wire.yield_request(request)))

    async def MoveLane(self, request: messages.MoveLaneRequest, _context: Context) -> messages.MoveLaneResponse:
        """A lane goes to another process."""
        lane = await self.move_lane(*wire.move_request(request, self.partitions))
        return messages.MoveLaneResponse(lane=wire.lane_message(lane))

    async def ListLanes(self, _request: messages.ListLanesRequest, _context: Context) -> messages.ListLanesResponse:
        """Lanes and processes."""
        return wire.lanes_message(await self.list_lanes(), self.process)


def _told(outcome: Outcome | Refusal | BaseException) -> Outcome | Refusal:
    """A fault of ours in one command is told as such, and the others of the batch are answered."""
    if isinstance(outcome, Outcome | Refusal):
        return outcome
    _log.error("a command from another process failed", exc_info=outcome)
    return refuse(INTERNAL, "a fault of ours; the trace id names it")
