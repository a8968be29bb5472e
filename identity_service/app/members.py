"""Wires IdentityService: enrolment, resolution, identifiers."""

from loyalty.identity.v1 import identity_service_pb2
from loyalty.identity.v1.identity_service_pb2_grpc import add_IdentityServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from identity_service.app.parts import Parts, contract_of
from identity_service.servicer.members import IdentityServicer
from identity_service.use_cases.enroll_member import EnrollMember
from identity_service.use_cases.link_identifier import LinkIdentifier
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.update_member import UpdateMember

_CONTRACT = contract_of(identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"])


def members_service(parts: Parts) -> RegisteredService:
    """The service, wired."""
    registry, programs, fingerprints, clock = parts.registry, parts.programs, parts.fingerprints, parts.clock
    servicer = IdentityServicer(
        EnrollMember(registry, programs, fingerprints, clock),
        LinkIdentifier(registry, programs, fingerprints, clock),
        ResolveMembers(registry, programs, fingerprints),
        UpdateMember(registry, programs, fingerprints, clock),
    )
    return RegisteredService(_CONTRACT, add_IdentityServiceServicer_to_server, servicer)
