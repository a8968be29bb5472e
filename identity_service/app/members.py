"""Wires IdentityService: enrolment, resolution, identifiers."""

from loyalty.identity.v1 import identity_service_pb2
from loyalty.identity.v1.identity_service_pb2_grpc import add_IdentityServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from chassis.runtime.batcher import Batcher
from identity_service.app.parts import Parts, contract_of
from identity_service.app.people import people_of, people_shown
from identity_service.domain.members import MemberRef, Resolution
from identity_service.servicer.members import IdentityServicer
from identity_service.store.bell import Bell
from identity_service.store.duplicates import PostgresDuplicateRegistry
from identity_service.use_cases.enroll_member import EnrollMember
from identity_service.use_cases.link_identifier import LinkIdentifier
from identity_service.use_cases.move_identifier import MoveIdentifier
from identity_service.use_cases.note_named_together import EnrollNotingSeveral, LinkNotingTaken
from identity_service.use_cases.read_person import ReadPerson
from identity_service.use_cases.resolve_member import Remembered, ResolveMember
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.unlink_identifier import UnlinkIdentifier
from identity_service.use_cases.update_member import UpdateMember
from identity_service.use_cases.verify_identifier import VerifyIdentifier
from identity_service.use_cases.verify_proof import VerifyProof

_CONTRACT = contract_of(identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"])
_LARGEST_BATCH = 500


def members_service(parts: Parts, verify: VerifyProof) -> RegisteredService:
    """The service, wired."""
    registry, programs, fingerprints, clock = parts.registry, parts.programs, parts.fingerprints, parts.clock
    people = people_of(parts)
    noted = PostgresDuplicateRegistry(parts.database, Bell())
    resolve = ResolveMembers(registry, programs, fingerprints)
    remembered = Remembered(resolve, clock, lambda: parts.database.changes)
    together: Batcher[MemberRef, Resolution] = Batcher("resolve", remembered.look_up, max_size=_LARGEST_BATCH)
    servicer = IdentityServicer(
        EnrollNotingSeveral(EnrollMember(registry, programs, fingerprints, clock), noted, clock),
        LinkNotingTaken(LinkIdentifier(registry, programs, fingerprints, clock, verify), resolve, noted, clock),
        resolve,
        ResolveMember(remembered, together.submit, programs),
        UpdateMember(registry, programs, fingerprints, clock),
        ReadPerson(people_shown(parts)),
        VerifyIdentifier(people),
        UnlinkIdentifier(people),
        MoveIdentifier(people),
    )
    return RegisteredService(_CONTRACT, add_IdentityServiceServicer_to_server, servicer)
