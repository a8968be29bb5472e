"""The composition root: opens what the ledger needs and wires it."""

import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from loyalty.identity.v1 import identity_service_pb2
from loyalty.ledger.v1 import ledger_service_pb2
from loyalty.ledger.v1.ledger_service_pb2_grpc import add_LedgerServiceServicer_to_server
from loyalty.rules.v1 import rules_service_pb2
from loyalty.type.v1 import role_pb2

from chassis.runtime.application import Application, RegisteredService, Runtime
from chassis.runtime.breaker import BreakerState
from chassis.runtime.channel import connect
from chassis.runtime.contract import ServiceContract
from chassis.runtime.early import begun
from chassis.runtime.lease import Leases, open_leases
from chassis.runtime.postgres import Database, open_database
from chassis.runtime.settings import read_key
from chassis.runtime.telemetry import current_traceparent
from chassis.runtime.tokens import TokenFile
from chassis.runtime.workers import repeating
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.lanes.guard import MemberGuard
from ledger_service.lanes.keeper import RENEW_SECONDS, LaneKeeper
from ledger_service.lanes.lane import Lane
from ledger_service.lanes.signal import AppendSignal
from ledger_service.peers.identity import IdentityMembers
from ledger_service.peers.programs import ProgramDirectory
from ledger_service.peers.rules import RulesPeer
from ledger_service.servicer import LedgerServicer
from ledger_service.settings import Settings
from ledger_service.store.auditor import PostgresAuditor
from ledger_service.store.batch import PostgresBatches
from ledger_service.store.key_mark import ensure_key_mark
from ledger_service.store.log import PostgresLog
from ledger_service.store.outcomes import PostgresOutcomes
from ledger_service.store.ownership import PostgresOwnership
from ledger_service.store.reader import PostgresReader
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.audit import GetLedgerTotals, VerifyIntegrity
from ledger_service.use_cases.get_order import GetOrder
from ledger_service.use_cases.get_wallet import GetWallet
from ledger_service.use_cases.list_movements import ListMovements
from ledger_service.use_cases.post_orders import PostOrders
from ledger_service.use_cases.post_returns import PostReturns
from ledger_service.use_cases.preview_order import PreviewOrder
from ledger_service.use_cases.quote_redemption import QuoteRedemption
from ledger_service.use_cases.redeem_points import RedeemPointsAtBrand
from ledger_service.use_cases.stream_events import StreamEvents

_LEDGER = ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"]
_IDENTITY = identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"]
_RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]
_AUDIT_STATEMENT_MS = 600_000
"""Checkers read the whole history; they have connections of their own, so that no till waits for one."""
_AUDIT_CONNECTIONS = 2


@asynccontextmanager
async def build(settings: Settings, runtime: Runtime) -> AsyncIterator[Application]:
    """The ledger, wired; ready once it knows every program and owns its lanes."""
    token = TokenFile(settings.service_token_file)
    async with (
        open_database(
            settings.database_url, application_name=runtime.service_name, pool_size=settings.database_pool_size
        ) as database,
        open_database(
            settings.database_url,
            application_name=f"{runtime.service_name}-audit",
            pool_size=_AUDIT_CONNECTIONS,
            statement_timeout_ms=_AUDIT_STATEMENT_MS,
            whole_history=True,
        ) as audit_database,
        open_leases(settings.redis_url) as leases,
        connect(settings.identity_address, _IDENTITY, token) as identity,
        connect(settings.rules_address, _RULES, token) as rules,
    ):
        fingerprints = Fingerprints(read_key(settings.fingerprint_key_file))
        await ensure_key_mark(database, fingerprints.of_key())
        programs = ProgramDirectory(rules)
        outcomes = PostgresOutcomes(database)
        signal = AppendSignal()
        keeper = await _keeper(settings, runtime, database, leases, outcomes, signal)
        log = PostgresLog(database, signal.wait)
        members, judges = IdentityMembers(identity), RulesPeer(rules, programs)
        reader, auditor = PostgresReader(database), PostgresAuditor(database, audit_database)
        admission = Admission(outcomes, programs, fingerprints, runtime.clock, current_traceparent)
        servicer = LedgerServicer(
            post_orders=PostOrders(admission, members, judges, keeper),
            preview_order=PreviewOrder(programs, members, judges, runtime.clock),
            post_returns=PostReturns(admission, outcomes, members, keeper),
            quote_redemption=QuoteRedemption(programs, members, judges, reader, runtime.clock),
            redeem_points=RedeemPointsAtBrand(admission, members, judges, keeper),
            get_wallet=GetWallet(programs, members, reader, runtime.clock),
            get_order=GetOrder(programs, outcomes, reader),
            list_movements=ListMovements(programs, members, reader),
            stream_events=StreamEvents(log),
            verify_integrity=VerifyIntegrity(programs, auditor),
            get_ledger_totals=GetLedgerTotals(programs, auditor, log),
        )
        contract = ServiceContract.of(_LEDGER, role_pb2.roles)
        service = RegisteredService(contract, add_LedgerServiceServicer_to_server, servicer)
        following = repeating("follow-programs", programs.follow, idle_seconds=0.1, max_backoff_seconds=2.0)
        async with begun(following, programs.ready) as follower:
            await keeper.take_all()
            lanes = repeating("keep-lanes", keeper.renew, idle_seconds=RENEW_SECONDS, max_backoff_seconds=RENEW_SECONDS)
            yield Application(
                services=(service,),
                workers=(follower, lanes),
                components={"leases": lambda: leases.state is BreakerState.CLOSED},
            )
            await keeper.give_up()


async def _keeper(
    settings: Settings,
    runtime: Runtime,
    database: Database,
    leases: Leases,
    outcomes: PostgresOutcomes,
    signal: AppendSignal,
) -> LaneKeeper:
    """This process's lanes; its name is its own, so that a successor begins a new epoch."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    ownership, store, guard = PostgresOwnership(database), PostgresBatches(database), MemberGuard(leases, owner)
    lanes = {
        partition: Lane(partition, store, ownership, outcomes, guard, runtime.clock, signal, settings.batch_size)
        for partition in range(await ownership.partitions())
    }
    return LaneKeeper(lanes, ownership, owner)
