"""What the gRPC services of this process share; each file beside this one wires one of them."""

from dataclasses import dataclass

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from loyalty.type.v1 import role_pb2

from chassis.runtime.clock import Clock
from chassis.runtime.contract import ServiceContract
from chassis.runtime.postgres import Database
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.store.books import BooksStore
from settlement_service.use_cases.arrivals import BooksMoved
from settlement_service.use_cases.reach import Reach


@dataclass(frozen=True, slots=True)
class Parts:
    """Opened once a process. `history` is the same database for what reads all of it, `shown` for what is
    read to be shown to a caller, row by row within what it may see. `ledger` and `rules` are the
    channels to those services."""

    database: Database
    history: Database
    shown: Database
    ledger: grpc.aio.Channel
    rules: grpc.aio.Channel
    programs: ProgramDirectory
    moved: BooksMoved
    clock: Clock
    books: BooksStore
    reach: Reach


def contract_of(descriptor: ServiceDescriptor) -> ServiceContract:
    """What a service's descriptor promises, with the roles that may call."""
    return ServiceContract.of(descriptor, role_pb2.roles)
