"""Wires ProofService: what proves a member."""

from loyalty.identity.v1 import proof_service_pb2
from loyalty.identity.v1.proof_service_pb2_grpc import add_ProofServiceServicer_to_server

from chassis.runtime.application import RegisteredService
from identity_service.app.parts import Parts, contract_of
from identity_service.peers.pin_desk import PinDesk
from identity_service.servicer.proofs import ProofServicer
from identity_service.store.proofs import PostgresProofs
from identity_service.use_cases.app_keys import RegisterAppKey, RevokeAppKey
from identity_service.use_cases.check_proof import CheckProof
from identity_service.use_cases.issue_code import IssueCode
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.set_pin import SetPin
from identity_service.use_cases.verify_proof import VerifyProof

_CONTRACT = contract_of(proof_service_pb2.DESCRIPTOR.services_by_name["ProofService"])


def verify_of(parts: Parts, desk: PinDesk) -> VerifyProof:
    """What looks at proofs, for the use cases that are given any; one a process, where all PINs wait in one line."""
    proofs, resolve = PostgresProofs(parts.database), ResolveMembers(parts.registry, parts.programs, parts.fingerprints)
    check = CheckProof(proofs, parts.registry, parts.programs, parts.fingerprints, parts.clock, desk)
    return VerifyProof(proofs, resolve, check, parts.clock)


def proof_service(parts: Parts, verify: VerifyProof, desk: PinDesk) -> RegisteredService:
    """The service, wired."""
    fingerprints, clock = parts.fingerprints, parts.clock
    proofs = PostgresProofs(parts.database)
    resolve = ResolveMembers(parts.registry, parts.programs, fingerprints)
    servicer = ProofServicer(
        SetPin(proofs, resolve, verify, fingerprints, clock, desk),
        IssueCode(proofs, resolve, parts.programs, fingerprints, clock),
        RegisterAppKey(proofs, resolve, fingerprints, clock),
        RevokeAppKey(proofs, parts.programs, fingerprints, clock),
        verify,
    )
    return RegisteredService(_CONTRACT, add_ProofServiceServicer_to_server, servicer)
