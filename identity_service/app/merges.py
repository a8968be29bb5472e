"""Wires MergeService: merges, unmerges, lineage and the feed of links."""

from loyalty.identity.v1 import merge_service_pb2
from loyalty.identity.v1.merge_service_pb2_grpc import add_MergeServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from identity_service.app.parts import Parts, contract_of
from identity_service.servicer.merges import MergeServicer
from identity_service.store.bell import Bell
from identity_service.store.lineages import PostgresLineages, PostgresLinkFeed
from identity_service.store.merges import PostgresLinkRegistry
from identity_service.store.registry import PostgresRegistry
from identity_service.use_cases.get_member_lineage import GetMemberLineage
from identity_service.use_cases.merge_members import MergeMembers, UnmergeMember
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.stream_links import StreamLinks

_CONTRACT = contract_of(merge_service_pb2.DESCRIPTOR.services_by_name["MergeService"])


def merge_service(parts: Parts, bell: Bell) -> RegisteredService:
    """The service, wired. `bell` is rung by whatever changes links in this process."""
    registry, programs, fingerprints = PostgresLinkRegistry(parts.database, bell), parts.programs, parts.fingerprints
    servicer = MergeServicer(
        MergeMembers(registry, programs, fingerprints, parts.clock),
        UnmergeMember(registry, programs, fingerprints, parts.clock),
        GetMemberLineage(
            ResolveMembers(PostgresRegistry(parts.shown), programs, fingerprints), PostgresLineages(parts.shown)
        ),
        StreamLinks(PostgresLinkFeed(parts.shown, bell)),
    )
    return RegisteredService(_CONTRACT, add_MergeServiceServicer_to_server, servicer)
