"""The composition root: opens what the ledger needs; the files beside this one assemble it and wire its services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from loyalty.ledger.v1 import ledger_service_pb2
from loyalty.ledger.v1.ledger_service_pb2_grpc import add_LedgerServiceServicer_to_server
from loyalty.type.v1 import role_pb2

from chassis.runtime.application import Application, RegisteredService, Runtime, Worker
from chassis.runtime.breaker import BreakerState
from chassis.runtime.contract import ServiceContract
from chassis.runtime.early import begun
from chassis.runtime.workers import repeating
from ledger_service.app.alerts import alert_service, alert_workers
from ledger_service.app.assembled import Assembled, assembled
from ledger_service.app.audit import audit_log_service
from ledger_service.app.balance_imports import balance_import_service
from ledger_service.app.chores import chores
from ledger_service.app.lanes import lane_service, lane_workers
from ledger_service.app.links import links_worker
from ledger_service.app.opened import Opened, opened
from ledger_service.app.poolings import pooling_service
from ledger_service.app.wiring import wired
from ledger_service.peers.watching import IdentitySurroundings
from ledger_service.settings import Settings

_LEDGER = ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"]


@asynccontextmanager
async def build(settings: Settings, runtime: Runtime) -> AsyncIterator[Application]:
    """The ledger, wired; ready once it knows every program and owns its lanes."""
    identity = runtime.transport.peer(settings.identity_address)
    async with opened(settings, runtime) as at:
        made = await assembled(settings, runtime, at)
        programs, keeper = made.parts.programs, made.lanes.keeper
        following = repeating("follow-programs", programs.follow, idle_seconds=0.1, max_backoff_seconds=2.0)
        links = links_worker(identity, at.token, made.parts, at.database, keeper)
        async with begun(following, programs.ready) as follower, links as link_follower:
            await keeper.take_all(at.neighbours.answers)
            yield Application(
                services=_services(at, made),
                workers=(follower, *_workers(settings, at, made), link_follower),
                components={
                    "leases": lambda: at.leases.state is BreakerState.CLOSED,
                    "lanes": lambda: keeper.whole,
                },
                leave=made.lanes.moves.leave,
                places=programs.places,
                audit=at.audit,
            )
            await keeper.give_up()


def _services(at: Opened, made: Assembled) -> tuple[RegisteredService, ...]:
    parts, servicer = made.parts, wired(made.parts)
    contract = ServiceContract.of(_LEDGER, role_pb2.roles)
    return (
        RegisteredService(contract, add_LedgerServiceServicer_to_server, servicer),
        balance_import_service(parts, at.database),
        pooling_service(parts, at.database, servicer),
        audit_log_service(at.audit),
        alert_service(parts, at.database),
        lane_service(made.lanes, at.neighbours, at.lane_wire),
    )


def _workers(settings: Settings, at: Opened, made: Assembled) -> tuple[Worker, ...]:
    return (
        at.audit.worker(),
        *lane_workers(made.lanes),
        *chores(made.parts, at.database, made.lanes.keeper),
        made.misses.worker(),
        *alert_workers(made.parts, at.database, settings, IdentitySurroundings(at.watching, made.misses)),
    )
