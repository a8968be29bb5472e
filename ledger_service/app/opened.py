"""What the ledger has open while it runs: its database, its locks, and lines to whom it asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
from loyalty.identity.v1 import identity_service_pb2, proof_service_pb2, watch_service_pb2
from loyalty.rules.v1 import rules_service_pb2

from chassis.runtime.application import Runtime
from chassis.runtime.audit.log import AuditLog
from chassis.runtime.channel import connect
from chassis.runtime.guarded import GuardedDatabase, open_guarded_database
from chassis.runtime.lease import Leases, open_leases
from chassis.runtime.postgres import Database, open_database
from chassis.runtime.tokens import TokenFile
from chassis.runtime.valkey import Client, open_valkey
from ledger_service.app.audit import opened_audit
from ledger_service.peers.lanes import LanePeers, open_lane_peers
from ledger_service.settings import Settings
from ledger_service.store.command_codec import CommandCodec
from ledger_service.wire.lanes import LaneWire

_IDENTITY = identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"]
_PROOFS = proof_service_pb2.DESCRIPTOR.services_by_name["ProofService"]
_WATCH = watch_service_pb2.DESCRIPTOR.services_by_name["WatchService"]
_RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]
_HISTORY_MS = 600_000
"""Checkers read the whole history; they have connections of their own, so that no till waits for one."""
_HISTORY_CONNECTIONS = 2


@dataclass(frozen=True, slots=True)
class Opened:
    """`database` serves and writes, `history` is for what reads all there is, `guarded` for what is shown to callers
    row by row. `identity`, `proving` and `watching` are the same peer's services."""

    token: TokenFile
    database: Database
    history: Database
    guarded: GuardedDatabase
    audit: AuditLog
    leases: Leases
    valkey: Client
    identity: grpc.aio.Channel
    proving: grpc.aio.Channel
    watching: grpc.aio.Channel
    rules: grpc.aio.Channel
    lane_wire: LaneWire
    neighbours: LanePeers


@asynccontextmanager
async def opened(settings: Settings, runtime: Runtime) -> AsyncIterator[Opened]:
    """Everything, for the block."""
    url, name, size = settings.database_url, runtime.service_name, settings.database_pool_size
    token, lane_wire = TokenFile(settings.service_token_file), LaneWire(CommandCodec())
    asked, judges = runtime.transport.peer(settings.identity_address), runtime.transport.peer(settings.rules_address)
    async with (
        open_database(url, application_name=name, pool_size=size) as database,
        opened_audit(database, runtime) as audit,
        open_database(
            url,
            application_name=f"{name}-audit",
            pool_size=_HISTORY_CONNECTIONS,
            statement_timeout_ms=_HISTORY_MS,
            transaction_timeout_ms=0,
            whole_history=True,
        ) as history,
        open_guarded_database(url, application_name=name, pool_size=size) as guarded,
        open_leases(settings.redis_url) as leases,
        open_valkey(settings.redis_url) as valkey,
        connect(asked, _IDENTITY, token) as identity,
        connect(asked, _PROOFS, token) as proving,
        connect(asked, _WATCH, token) as watching,
        connect(judges, _RULES, token) as rules,
        open_lane_peers(runtime.transport, token, lane_wire) as neighbours,
    ):
        yield Opened(
            token,
            database,
            history,
            guarded,
            audit,
            leases,
            valkey,
            identity,
            proving,
            watching,
            rules,
            lane_wire,
            neighbours,
        )
