"""What the wiring of every gRPC service draws from."""

from dataclasses import dataclass

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from loyalty.type.v1 import role_pb2

from chassis.runtime.clock import Clock
from chassis.runtime.contract import ServiceContract
from chassis.runtime.postgres import Database
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.programs import ProgramDirectory
from identity_service.store.registry import PostgresRegistry
from identity_service.store.watched import WatchedDatabase


@dataclass(frozen=True, slots=True)
class Parts:
    """Opened once a process. `shown` is the same database for what is read to be shown to a caller, row by row within
    what it may see. `rules` is the channel to that service."""

    database: WatchedDatabase
    shown: Database
    rules: grpc.aio.Channel
    programs: ProgramDirectory
    fingerprints: Fingerprints
    registry: PostgresRegistry
    clock: Clock


def contract_of(descriptor: ServiceDescriptor) -> ServiceContract:
    """What a service's descriptor promises, with the roles that may call."""
    return ServiceContract.of(descriptor, role_pb2.roles)
