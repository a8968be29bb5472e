"""Wires DuplicateService, and the worker that looks at new and changed members."""

from loyalty.identity.v1 import duplicate_service_pb2
from loyalty.identity.v1.duplicate_service_pb2_grpc import add_DuplicateServiceServicer_to_server

from chassis.runtime.application import RegisteredService, Worker
from identity_service.app.parts import Parts, contract_of
from identity_service.servicer.duplicates import DuplicateServicer
from identity_service.store.bell import Bell
from identity_service.store.duplicates import PostgresDuplicateRegistry
from identity_service.store.registry import PostgresRegistry
from identity_service.use_cases.decide_duplicate import DecideDuplicate, JudgeByRule
from identity_service.use_cases.find_duplicates import FindDuplicates, Search
from identity_service.use_cases.list_duplicates import ListDuplicates
from identity_service.use_cases.look_at_due import LookAtDue
from identity_service.use_cases.merge_rules import GetMergeRule, SetMergeRule
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.workers.find_duplicates import finding_duplicates, judging_duplicates

_CONTRACT = contract_of(duplicate_service_pb2.DESCRIPTOR.services_by_name["DuplicateService"])

MOST_AT_ONCE = 25
"""Members looked at in one transaction."""


def duplicate_service(parts: Parts, bell: Bell) -> RegisteredService:
    """The service, wired. `bell` is rung by whatever changes links in this process."""
    registry, shown = PostgresDuplicateRegistry(parts.database, bell), PostgresDuplicateRegistry(parts.shown, bell)
    programs, fingerprints = parts.programs, parts.fingerprints
    resolve = ResolveMembers(parts.registry, programs, fingerprints)
    resolve_shown = ResolveMembers(PostgresRegistry(parts.shown), programs, fingerprints)
    servicer = DuplicateServicer(
        FindDuplicates(registry, resolve, Search(fingerprints, parts.clock)),
        ListDuplicates(shown, resolve_shown, programs),
        DecideDuplicate(registry, programs, fingerprints, parts.clock),
        SetMergeRule(registry, programs, fingerprints, parts.clock),
        GetMergeRule(shown, programs),
    )
    return RegisteredService(_CONTRACT, add_DuplicateServiceServicer_to_server, servicer)


def duplicate_workers(parts: Parts, bell: Bell) -> tuple[Worker, Worker]:
    """The workers, wired: one finds, the other holds against rules, and neither waits for the other."""
    registry = PostgresDuplicateRegistry(parts.database, bell)
    look = LookAtDue(registry, Search(parts.fingerprints, parts.clock), MOST_AT_ONCE)
    judge = JudgeByRule(registry, parts.fingerprints, parts.clock)
    return finding_duplicates(look), judging_duplicates(judge)
