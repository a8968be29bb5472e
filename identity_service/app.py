"""The composition root: opens what the service needs and wires it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from loyalty.identity.v1 import identity_service_pb2
from loyalty.identity.v1.identity_service_pb2_grpc import add_IdentityServiceServicer_to_server
from loyalty.rules.v1 import rules_service_pb2
from loyalty.type.v1 import role_pb2

from chassis.runtime.application import Application, RegisteredService, Runtime
from chassis.runtime.channel import connect
from chassis.runtime.contract import ServiceContract
from chassis.runtime.postgres import open_database
from chassis.runtime.settings import read_key
from chassis.runtime.tokens import TokenFile
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.programs import ProgramDirectory
from identity_service.peers.rules import RulesFeed
from identity_service.servicer import IdentityServicer
from identity_service.settings import Settings
from identity_service.store.key_mark import ensure_key_mark
from identity_service.store.registry import PostgresRegistry
from identity_service.use_cases.enroll_member import EnrollMember
from identity_service.use_cases.link_identifier import LinkIdentifier
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.update_member import UpdateMember
from identity_service.workers.follow_programs import following_programs

_DESCRIPTOR = identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"]
_RULES = rules_service_pb2.DESCRIPTOR.services_by_name["RulesService"]


@asynccontextmanager
async def build(settings: Settings, runtime: Runtime) -> AsyncIterator[Application]:
    """The service, wired. Raises ValueError or WrongFingerprintKeyError for a key that will not do."""
    fingerprints, programs = Fingerprints(read_key(settings.fingerprint_key_file)), ProgramDirectory()
    token = TokenFile(settings.service_token_file)
    async with (
        open_database(
            settings.database_url, application_name=runtime.service_name, pool_size=settings.database_pool_size
        ) as database,
        connect(settings.rules_address, _RULES, token) as rules,
        following_programs(RulesFeed(rules), programs) as follower,
    ):
        await ensure_key_mark(database, fingerprints.of_key())
        registry = PostgresRegistry(database)
        servicer = IdentityServicer(
            EnrollMember(registry, programs, fingerprints, runtime.clock),
            LinkIdentifier(registry, programs, fingerprints, runtime.clock),
            ResolveMembers(registry, programs, fingerprints),
            UpdateMember(registry, programs, fingerprints, runtime.clock),
        )
        contract = ServiceContract.of(_DESCRIPTOR, role_pb2.roles)
        service = RegisteredService(contract, add_IdentityServiceServicer_to_server, servicer)
        yield Application(services=(service,), workers=(follower,))
