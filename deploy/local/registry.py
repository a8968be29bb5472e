"""A view of identity whole, and of the audit logs: their stubs on channels that raise `Refusal`."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from google.protobuf.descriptor import ServiceDescriptor
from grpc.aio import Channel
from loyalty.identity.v1 import (
    duplicate_service_pb2,
    identity_service_pb2,
    merge_service_pb2,
    person_service_pb2,
    proof_service_pb2,
)
from loyalty.identity.v1.duplicate_service_pb2_grpc import DuplicateServiceStub
from loyalty.identity.v1.identity_service_pb2_grpc import IdentityServiceStub
from loyalty.identity.v1.merge_service_pb2_grpc import MergeServiceStub
from loyalty.identity.v1.person_service_pb2_grpc import PersonServiceStub
from loyalty.identity.v1.proof_service_pb2_grpc import ProofServiceStub
from loyalty.type.v1 import audit_service_pb2
from loyalty.type.v1.audit_service_pb2_grpc import AuditServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.transport import Peer
from deploy.local.services import SERVICES

if TYPE_CHECKING:
    # The typed asynchronous stubs exist for type checkers only.
    from loyalty.identity.v1.duplicate_service_pb2_grpc import DuplicateServiceAsyncStub
    from loyalty.identity.v1.identity_service_pb2_grpc import IdentityServiceAsyncStub
    from loyalty.identity.v1.merge_service_pb2_grpc import MergeServiceAsyncStub
    from loyalty.identity.v1.person_service_pb2_grpc import PersonServiceAsyncStub
    from loyalty.identity.v1.proof_service_pb2_grpc import ProofServiceAsyncStub
    from loyalty.type.v1.audit_service_pb2_grpc import AuditServiceAsyncStub

_AUDIT = audit_service_pb2.DESCRIPTOR.services_by_name["AuditService"]


@dataclass(frozen=True)
class Registry:
    """The stubs of one caller; `audits` by service."""

    members: "IdentityServiceAsyncStub"
    persons: "PersonServiceAsyncStub"
    duplicates: "DuplicateServiceAsyncStub"
    merges: "MergeServiceAsyncStub"
    proofs: "ProofServiceAsyncStub"
    audits: "Mapping[str, AuditServiceAsyncStub]"


@asynccontextmanager
async def open_registry(peer_of: Callable[[str], Peer], token: str) -> AsyncIterator[Registry]:
    """Channels to identity's services, and to the audit log of every service, with one bearer token."""
    async with AsyncExitStack() as stack:

        async def channel(service: str, descriptor: ServiceDescriptor) -> Channel:
            return await stack.enter_async_context(connect(peer_of(service), descriptor, lambda: token))

        members, persons, duplicates, merges, proofs = [
            await channel("identity", module.DESCRIPTOR.services_by_name[name])
            for module, name in (
                (identity_service_pb2, "IdentityService"),
                (person_service_pb2, "PersonService"),
                (duplicate_service_pb2, "DuplicateService"),
                (merge_service_pb2, "MergeService"),
                (proof_service_pb2, "ProofService"),
            )
        ]
        yield Registry(
            IdentityServiceStub(members),
            PersonServiceStub(persons),
            DuplicateServiceStub(duplicates),
            MergeServiceStub(merges),
            ProofServiceStub(proofs),
            {service: AuditServiceStub(await channel(service, _AUDIT)) for service in SERVICES},
        )
