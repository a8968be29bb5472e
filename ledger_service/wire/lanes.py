"""What ledger processes tell each other."""

from google.protobuf.duration_pb2 import Duration
from loyalty.ledger.v1 import lane_service_pb2 as messages
from loyalty.type.v1 import refusal_pb2

from chassis.runtime.fields import FieldReader
from chassis.runtime.item_refusal import refusal_fields, refusal_from
from chassis.runtime.reasons import unavailable
from chassis.values.refusal import Refusal
from ledger_service.domain.commands import Command
from ledger_service.use_cases.lane_ports import LaneCodec, LaneView, LedgerProcess, Packed, Survey
from ledger_service.use_cases.ports import Outcome

LARGEST_BATCH = 1_000

OTHER_VERSION = "a ledger process of the same version"
"""What is missing where a process cannot read what another wrote."""


class LaneWire:
    """Commands and their outcomes as messages."""

    def __init__(self, codec: LaneCodec) -> None:
        self._codec = codec

    def command_message(self, command: Command) -> messages.PackedValue:
        """A command."""
        return _packed_message(self._codec.pack(command))

    def command(self, message: messages.PackedValue) -> Command | Refusal:
        """The command; a refusal if this version cannot read it."""
        try:
            return self._codec.unpack(Packed(message.kind, message.body))
        except ValueError:
            return unavailable(OTHER_VERSION)

    def outcome_message(self, outcome: Outcome | Refusal) -> messages.CommandOutcome:
        """What became of a command."""
        if isinstance(outcome, Refusal):
            return messages.CommandOutcome(refused=_refused_message(outcome))
        answer = _packed_message(self._codec.pack_answer(outcome.answer))
        return messages.CommandOutcome(applied=messages.AppliedCommand(answer=answer, replayed=outcome.replayed))

    def outcome(self, message: messages.CommandOutcome) -> Outcome | Refusal:
        """What became of a command."""
        if message.WhichOneof("outcome") == "refused":
            return _refusal(message.refused)
        packed = message.applied.answer
        try:
            answer = self._codec.unpack_answer(Packed(packed.kind, packed.body))
        except ValueError:
            return unavailable(OTHER_VERSION)
        return Outcome(answer, message.applied.replayed)


def yield_request(request: messages.YieldLaneRequest) -> tuple[str, int]:
    """Who asks for a lane, and how many it owns."""
    reader = FieldReader()
    asked = reader.id("process", request.process), reader.within("lanes_held", request.lanes_held, 0)
    reader.finish()
    return asked


def move_request(request: messages.MoveLaneRequest, partitions: int) -> tuple[int, str, bool]:
    """Which lane goes where, and whether another process passed the call on."""
    reader = FieldReader()
    partition = reader.within("partition", request.partition, 0, partitions - 1)
    to = reader.id("to_process", request.to_process)
    reader.finish()
    return partition, to, request.passed_on


def lane_message(lane: LaneView) -> messages.LaneState:
    """A lane."""
    owner = None if lane.owner is None else _process_message(lane.owner)
    return messages.LaneState(partition=lane.partition, owner=owner, epoch=lane.epoch, position=lane.position)


def lane_view(message: messages.LaneState) -> LaneView:
    """A lane."""
    owner = LedgerProcess(message.owner.name, message.owner.address) if message.HasField("owner") else None
    return LaneView(message.partition, message.epoch, message.position, owner)


def lanes_message(survey: Survey, answered_by: str) -> messages.ListLanesResponse:
    """All lanes and processes."""
    return messages.ListLanesResponse(
        lanes=map(lane_message, survey.lanes),
        processes=map(_process_message, survey.processes),
        answered_by=answered_by,
    )


def _process_message(process: LedgerProcess) -> messages.LedgerProcess:
    return messages.LedgerProcess(name=process.name, address=process.address)


def _packed_message(packed: Packed) -> messages.PackedValue:
    return messages.PackedValue(kind=packed.kind, body=packed.body)


def _refused_message(refusal: Refusal) -> messages.RefusedCommand:
    message = messages.RefusedCommand(refusal=refusal_pb2.Refusal(**refusal_fields(refusal)))
    if refusal.retry_after_seconds is not None:
        message.retry_delay.FromMilliseconds(round(refusal.retry_after_seconds * 1_000))
    return message


def _refusal(message: messages.RefusedCommand) -> Refusal:
    refusal = refusal_from(message.refusal)
    if message.HasField("retry_delay"):
        refusal.retry_after_seconds = _seconds(message.retry_delay)
    return refusal


def _seconds(delay: Duration) -> float:
    return delay.ToMilliseconds() / 1_000
