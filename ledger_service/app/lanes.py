"""The lanes of this process, and what other processes may ask of them, wired."""

import os
import secrets
import socket
from collections.abc import Iterator
from functools import partial

from loyalty.ledger.v1 import lane_service_pb2
from loyalty.ledger.v1.lane_service_pb2_grpc import add_LaneServiceServicer_to_server
from loyalty.type.v1 import role_pb2

from chassis.runtime.application import RegisteredService, Runtime, Worker
from chassis.runtime.contract import ServiceContract
from chassis.runtime.lease import Leases
from chassis.runtime.postgres import Database
from chassis.runtime.telemetry import span_from_traceparent
from chassis.runtime.workers import repeating
from ledger_service.lanes.guard import MemberGuard
from ledger_service.lanes.keeper import RENEW_SECONDS, report
from ledger_service.lanes.lane import Lane
from ledger_service.lanes.process_lanes import ProcessLanes
from ledger_service.lanes.signal import AppendSignal
from ledger_service.servicer.lanes import LaneServicer
from ledger_service.settings import Settings
from ledger_service.store.batch import PostgresBatches
from ledger_service.store.outcomes import PostgresOutcomes
from ledger_service.store.ownership import PostgresOwnership
from ledger_service.use_cases.lane_ports import LedgerProcess, Neighbours
from ledger_service.use_cases.move_lanes import ListLanes, MoveLane, YieldLane
from ledger_service.use_cases.receive_commands import ReceiveCommands
from ledger_service.use_cases.standing_ports import ProgramLadders
from ledger_service.wire.lanes import LaneWire

_LANES = lane_service_pb2.DESCRIPTOR.services_by_name["LaneService"]
_MAX_FORWARDED_BYTES = 64 * 1024 * 1024
"""A command holds what its request held and what was found out about it; a request is bounded where it comes in."""


async def lanes_of(
    settings: Settings,
    runtime: Runtime,
    database: Database,
    leases: Leases,
    outcomes: PostgresOutcomes,
    signal: AppendSignal,
    neighbours: Neighbours,
    ladders: ProgramLadders,
) -> ProcessLanes:
    """This process's lanes; its name is its own, so that a successor begins a new epoch."""
    process = LedgerProcess(
        f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}", settings.address_for_others()
    )
    ownership, store, guard = (
        PostgresOwnership(database),
        PostgresBatches(database, ladders),
        MemberGuard(leases, process.name),
    )

    def lane(partition: int) -> Lane:
        return Lane(partition, store, ownership, outcomes, guard, runtime.clock, signal, settings.batch_size)

    lanes = ProcessLanes.of(process, await ownership.partitions(), lane, ownership, neighbours)
    report(lanes.keeper)
    return lanes


def lane_workers(lanes: ProcessLanes) -> Iterator[Worker]:
    """Keeping lanes is apart from asking others for some, so that no lease runs out while another process is slow."""
    steps = {"keep-lanes": lanes.keeper.renew, "seek-share": lanes.moves.seek_share}
    for name, step in steps.items():
        yield repeating(name, step, idle_seconds=RENEW_SECONDS, max_backoff_seconds=RENEW_SECONDS)


def lane_service(lanes: ProcessLanes, neighbours: Neighbours, wire: LaneWire) -> RegisteredService:
    """What the other ledger processes, and who moves lanes, may ask of this one."""
    name = lanes.keeper.process.name
    servicer = LaneServicer(
        process=name,
        partitions=len(lanes.lanes),
        wire=wire,
        receive_commands=ReceiveCommands(lanes.keeper, partial(span_from_traceparent, "commit for another process")),
        yield_lane=YieldLane(lanes.moves),
        move_lane=MoveLane(name, lanes.keeper, lanes.moves, neighbours),
        list_lanes=ListLanes(lanes.keeper),
    )
    contract = ServiceContract.of(_LANES, role_pb2.roles)
    return RegisteredService(contract, add_LaneServiceServicer_to_server, servicer, _MAX_FORWARDED_BYTES)
