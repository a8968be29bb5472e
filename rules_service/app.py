"""Wires rules: the one place that names concrete classes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from loyalty.rules.v1 import rules_service_pb2
from loyalty.rules.v1.rules_service_pb2_grpc import add_RulesServiceServicer_to_server
from loyalty.type.v1 import audit_pb2, audit_service_pb2, role_pb2
from loyalty.type.v1.audit_service_pb2_grpc import add_AuditServiceServicer_to_server

from chassis.runtime.application import Application, RegisteredService, Runtime
from chassis.runtime.audit.serving import audit_service, open_audit
from chassis.runtime.audit.subjects import IdRules
from chassis.runtime.contract import ServiceContract
from chassis.runtime.postgres import open_database
from chassis.runtime.workers import repeating
from rules_service.conditions.cel import CelConditions
from rules_service.servicer import RulesServicer, UseCases
from rules_service.settings import RulesSettings
from rules_service.store.announcements import listening
from rules_service.store.revision_log import PostgresRevisionLog
from rules_service.use_cases.apply_program import ApplyProgram
from rules_service.use_cases.drafts import Drafts
from rules_service.use_cases.evaluate_orders import EvaluateOrders
from rules_service.use_cases.follow_revisions import FollowRevisions
from rules_service.use_cases.get_program import GetProgram
from rules_service.use_cases.live_programs import LivePrograms
from rules_service.use_cases.past_revisions import PastRevisions
from rules_service.use_cases.quote_redemption import QuoteRedemption
from rules_service.use_cases.stream_programs import StreamPrograms
from rules_service.wire.files import ProgramFiles
from rules_service.workers.announcements import announcement_worker


@asynccontextmanager
async def build(settings: RulesSettings, runtime: Runtime) -> AsyncIterator[Application]:
    """The service, ready: every live program is in memory before the first call is taken."""
    async with (
        open_database(
            settings.database_url, application_name=runtime.service_name, pool_size=settings.database_pool_size
        ) as database,
        open_audit(
            database, runtime.clock, audit_pb2.audit, IdRules({"member_id": "mem_"}, frozenset({"segment_ids"}))
        ) as audit,
    ):
        log = PostgresRevisionLog(database)
        live = LivePrograms()
        conditions = CelConditions()
        read = ProgramFiles(conditions, runtime.clock)
        follow = FollowRevisions(log, live, conditions)
        await follow.refresh()
        use_cases = UseCases(
            apply_program=ApplyProgram(log, read, follow, runtime.clock),
            get_program=GetProgram(log),
            stream_programs=StreamPrograms(live),
            evaluate_orders=EvaluateOrders(PastRevisions(log, live, conditions), Drafts(read, conditions)),
            quote_redemption=QuoteRedemption(live),
        )
        contract = ServiceContract.of(rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"], role_pb2.roles)
        listen = partial(listening, settings.database_url, runtime.service_name)
        yield Application(
            services=[
                RegisteredService(contract, add_RulesServiceServicer_to_server, RulesServicer(use_cases)),
                audit_service(audit, audit_service_pb2, audit_pb2, role_pb2.roles, add_AuditServiceServicer_to_server),
            ],
            workers=[
                announcement_worker(listen, follow.refresh, settings.reconcile_seconds),
                repeating("reconcile", follow.reconcile, idle_seconds=settings.reconcile_seconds),
                audit.worker(),
            ],
            audit=audit,
        )
