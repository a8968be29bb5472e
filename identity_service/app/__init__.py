"""The composition root: opens what the service needs; the files beside this one wire a gRPC service each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from loyalty.rules.v1 import rules_service_pb2

from chassis.runtime.application import Application, Runtime
from chassis.runtime.channel import connect
from chassis.runtime.guarded import open_guarded_database
from chassis.runtime.postgres import Database, open_pool
from chassis.runtime.settings import read_key
from chassis.runtime.tokens import TokenFile
from chassis.runtime.velocity.misses import Misses
from identity_service.app.audit import audit_log_service, opened_audit
from identity_service.app.duplicates import duplicate_service, duplicate_workers
from identity_service.app.imports import import_worker, imports_service
from identity_service.app.lookups import lookups_of
from identity_service.app.members import members_service
from identity_service.app.merges import merge_service
from identity_service.app.parts import Parts
from identity_service.app.people import people_service
from identity_service.app.proofs import proof_service, verify_of
from identity_service.app.watching import watch_service
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.programs import ProgramDirectory
from identity_service.peers.pin_desk import PinDesk
from identity_service.peers.rules import RulesFeed
from identity_service.settings import Settings
from identity_service.store.bell import Bell
from identity_service.store.key_mark import ensure_key_mark
from identity_service.store.registry import PostgresRegistry
from identity_service.store.watched import WatchedDatabase
from identity_service.workers.follow_programs import following_programs

_RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]


@asynccontextmanager
async def build(settings: Settings, runtime: Runtime) -> AsyncIterator[Application]:
    """The service, wired. Raises ValueError or WrongFingerprintKeyError for a key that will not do."""
    fingerprints, programs = Fingerprints(read_key(settings.fingerprint_key_file)), ProgramDirectory()
    token = TokenFile(settings.service_token_file)
    async with (
        open_pool(
            settings.database_url, application_name=runtime.service_name, pool_size=settings.database_pool_size
        ) as pool,
        opened_audit(Database(pool), runtime) as audit,
        connect(runtime.transport.peer(settings.rules_address), _RULES, token) as rules,
        following_programs(RulesFeed(rules), programs) as follower,
        open_guarded_database(
            settings.database_url, application_name=runtime.service_name, pool_size=settings.database_pool_size
        ) as shown,
    ):
        database = WatchedDatabase(pool)
        await ensure_key_mark(database, fingerprints.of_key())
        parts = Parts(database, shown, rules, programs, fingerprints, PostgresRegistry(database), runtime.clock)
        desk = PinDesk(settings.wrong_pins_per_caller_a_minute)
        verify = verify_of(parts, desk)
        bell, misses = Bell(), Misses(Database(pool), runtime.clock.now)
        yield Application(
            services=[
                members_service(parts, verify),
                people_service(parts),
                imports_service(parts),
                merge_service(parts, bell),
                duplicate_service(parts, bell),
                proof_service(parts, verify, desk),
                watch_service(parts, misses),
                audit_log_service(audit),
            ],
            workers=[
                follower,
                audit.worker(),
                misses.worker(),
                *duplicate_workers(parts, bell),
                import_worker(parts),
            ],
            places=programs.locations,
            audit=audit,
            lookups=lookups_of(settings, misses),
        )
