"""The composition root: opens what the ledger needs and wires it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from loyalty.identity.v1 import identity_service_pb2, proof_service_pb2, watch_service_pb2
from loyalty.ledger.v1 import ledger_service_pb2
from loyalty.ledger.v1.ledger_service_pb2_grpc import add_LedgerServiceServicer_to_server
from loyalty.rules.v1 import rules_service_pb2
from loyalty.type.v1 import role_pb2

from chassis.runtime.application import Application, RegisteredService, Runtime
from chassis.runtime.breaker import BreakerState
from chassis.runtime.channel import connect
from chassis.runtime.contract import ServiceContract
from chassis.runtime.early import begun
from chassis.runtime.guarded import open_guarded_database
from chassis.runtime.lease import open_leases
from chassis.runtime.postgres import open_database
from chassis.runtime.settings import read_key
from chassis.runtime.telemetry import current_traceparent
from chassis.runtime.tokens import TokenFile
from chassis.runtime.valkey import open_valkey
from chassis.runtime.velocity.misses import Misses
from chassis.runtime.workers import repeating
from ledger_service.app.alerts import alert_service, alert_workers
from ledger_service.app.audit import audit_log_service, opened_audit
from ledger_service.app.balance_imports import balance_import_service
from ledger_service.app.chores import chores
from ledger_service.app.lanes import lane_service, lane_workers, lanes_of
from ledger_service.app.links import links_worker
from ledger_service.app.pace import lookup_pace, spend_pace
from ledger_service.app.parts import Parts
from ledger_service.app.poolings import pooling_service
from ledger_service.app.shown import shown_to_callers
from ledger_service.app.wiring import wired
from ledger_service.domain.fingerprints import Fingerprints
from ledger_service.lanes.signal import AppendSignal
from ledger_service.peers.identity import IdentityMembers
from ledger_service.peers.lanes import open_lane_peers
from ledger_service.peers.programs import ProgramDirectory
from ledger_service.peers.proofs import IdentityProofs
from ledger_service.peers.rules import RulesPeer
from ledger_service.peers.watching import IdentitySurroundings
from ledger_service.settings import Settings
from ledger_service.store.adjustments import PostgresAdjustments, PostgresTransfers
from ledger_service.store.alerts import PostgresAlerts
from ledger_service.store.auditor import PostgresAuditor
from ledger_service.store.close_facts import PostgresOpenBusiness
from ledger_service.store.command_codec import CommandCodec
from ledger_service.store.corrections import PostgresCorrections
from ledger_service.store.document_totals import PostgresDocumentTotals
from ledger_service.store.facts import PostgresHistories
from ledger_service.store.history import PostgresHistory
from ledger_service.store.key_mark import ensure_key_mark
from ledger_service.store.limit_uses import PostgresLimitUses
from ledger_service.store.log import PostgresLog
from ledger_service.store.outcomes import PostgresOutcomes
from ledger_service.store.periods import PostgresPeriodCuts
from ledger_service.store.reader import PostgresReader
from ledger_service.store.refused_orders import PostgresRefusedOrders
from ledger_service.store.returns import PostgresReturns
from ledger_service.store.spend_reader import PostgresSpendReader
from ledger_service.store.standing_reader import PostgresStandings
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.reaching_lanes import ReachingLanes
from ledger_service.use_cases.stale_facts import FactLanes
from ledger_service.wire.lanes import LaneWire

_LEDGER = ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"]
_PROOFS = proof_service_pb2.DESCRIPTOR.services_by_name["ProofService"]
_WATCH = watch_service_pb2.DESCRIPTOR.services_by_name["WatchService"]
_IDENTITY = identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"]
_RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]
_AUDIT_STATEMENT_MS = 600_000
"""Checkers read the whole history; they have connections of their own, so that no till waits for one."""
_AUDIT_CONNECTIONS = 2


@asynccontextmanager
async def build(settings: Settings, runtime: Runtime) -> AsyncIterator[Application]:
    """The ledger, wired; ready once it knows every program and owns its lanes."""
    token, lane_wire = TokenFile(settings.service_token_file), LaneWire(CommandCodec())
    async with (
        open_database(
            settings.database_url, application_name=runtime.service_name, pool_size=settings.database_pool_size
        ) as database,
        opened_audit(database, runtime) as audit,
        open_database(
            settings.database_url,
            application_name=f"{runtime.service_name}-audit",
            pool_size=_AUDIT_CONNECTIONS,
            statement_timeout_ms=_AUDIT_STATEMENT_MS,
            transaction_timeout_ms=0,
            whole_history=True,
        ) as audit_database,
        open_guarded_database(
            settings.database_url, application_name=runtime.service_name, pool_size=settings.database_pool_size
        ) as guarded,
        open_leases(settings.redis_url) as leases,
        open_valkey(settings.redis_url) as valkey,
        connect(runtime.transport.peer(settings.identity_address), _IDENTITY, token) as identity,
        connect(runtime.transport.peer(settings.identity_address), _PROOFS, token) as proving,
        connect(runtime.transport.peer(settings.identity_address), _WATCH, token) as watching,
        connect(runtime.transport.peer(settings.rules_address), _RULES, token) as rules,
        open_lane_peers(runtime.transport, token, lane_wire) as neighbours,
    ):
        fingerprints = Fingerprints(read_key(settings.fingerprint_key_file))
        await ensure_key_mark(database, fingerprints.of_key())
        programs = ProgramDirectory(rules)
        outcomes = PostgresOutcomes(database)
        signal = AppendSignal()
        lanes = await lanes_of(settings, runtime, database, leases, outcomes, signal, neighbours, programs.ladders)
        log = PostgresLog(database, signal.wait)
        misses = Misses(database, runtime.clock.now)
        members, judges = IdentityMembers(identity, lookup_pace(settings, misses)), RulesPeer(rules, programs)
        reaching = ReachingLanes(lanes.router, members)
        reader, auditor = PostgresReader(database), PostgresAuditor(database, audit_database, programs.ladders)
        admission = Admission(
            outcomes, programs, fingerprints, runtime.clock, current_traceparent, spend_pace(settings, valkey)
        )
        parts = Parts(
            admission,
            programs,
            members,
            judges,
            reaching,
            outcomes,
            reader,
            log,
            auditor,
            fingerprints,
            runtime.clock,
            PostgresRefusedOrders(database),
            PostgresReturns(database),
            spend_reader=PostgresSpendReader(database),
            history=PostgresHistory(database),
            adjustments=PostgresAdjustments(database),
            transfers=PostgresTransfers(database),
            corrections=PostgresCorrections(database),
            judging=Judging(judges, members, PostgresHistories(database)),
            standings=PostgresStandings(database),
            lanes_by_facts=FactLanes(reaching),
            limit_uses=PostgresLimitUses(database),
            cuts=PostgresPeriodCuts(database, audit_database),
            open_business=PostgresOpenBusiness(audit_database),
            document_totals=PostgresDocumentTotals(database, audit_database),
            appended=signal.set,
            proofs=IdentityProofs(proving, PostgresAlerts(database, runtime.clock).proof_refused),
            shown=shown_to_callers(guarded),
        )
        servicer = wired(parts)
        contract = ServiceContract.of(_LEDGER, role_pb2.roles)
        service = RegisteredService(contract, add_LedgerServiceServicer_to_server, servicer)
        following = repeating("follow-programs", programs.follow, idle_seconds=0.1, max_backoff_seconds=2.0)
        links = links_worker(runtime.transport.peer(settings.identity_address), token, parts, database, lanes.keeper)
        async with begun(following, programs.ready) as follower, links as link_follower:
            await lanes.keeper.take_all(neighbours.answers)
            yield Application(
                services=(
                    service,
                    balance_import_service(parts, database),
                    pooling_service(parts, database, servicer),
                    audit_log_service(audit),
                    alert_service(parts, database),
                    lane_service(lanes, neighbours, lane_wire),
                ),
                workers=(
                    follower,
                    audit.worker(),
                    *lane_workers(lanes),
                    *chores(parts, database, lanes.keeper),
                    misses.worker(),
                    *alert_workers(parts, database, settings, IdentitySurroundings(watching, misses)),
                    link_follower,
                ),
                components={
                    "leases": lambda: leases.state is BreakerState.CLOSED,
                    "lanes": lambda: lanes.keeper.whole,
                },
                leave=lanes.moves.leave,
                places=programs.places,
                audit=audit,
            )
            await lanes.keeper.give_up()
